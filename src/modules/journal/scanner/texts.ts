/**
 * Every text in a JSON value, for scanning: keys, strings, and a string that stands under a key as `key: string`, so that what the key says
 * about it is seen. Numbers, booleans and nulls say nothing.
 */
export function* textsOf(value: unknown): Generator<string> {
  // A stack of our own: the depth of a hostile value is not ours to choose.
  const pending: { label: string; value: unknown }[] = [{ label: '', value }]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { label, value } = next
    if (typeof value === 'string') yield label ? `${label}: ${value}` : value
    else if (label) yield label
    if (typeof value === 'object' && value !== null) {
      for (const child of childrenOf(value).reverse()) pending.push(child)
    }
  }
}

function childrenOf(value: object): { label: string; value: unknown }[] {
  if (Array.isArray(value)) return value.map((item) => ({ label: '', value: item }))
  return Object.entries(value).map(([label, item]) => ({ label, value: item }))
}
