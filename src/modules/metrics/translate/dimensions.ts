/** Longest key and value of a dimension, in characters. */
const longestKey = 50
const longestValue = 200

/** The dimension that holds a metric's own name. */
export const nameDimension = 'metric_name'

const keys = new Map<string, string>()
const mostKeys = 10_000

/** An attribute's or label's name as a dimension's key: `http.route` → `http_route`. */
export function dimensionKey(name: string): string {
  const known = keys.get(name)
  if (known !== undefined) return known
  const plain = name.replace(/[^A-Za-z0-9_]/g, '_')
  const started = /^[A-Za-z_]/.test(plain) ? plain : `_${plain}`
  const free = started === nameDimension ? `exported_${started}` : started
  const key = free.slice(0, longestKey)
  if (keys.size >= mostKeys) keys.clear()
  keys.set(name, key)
  return key
}

/** Adds a value under its key; names that become one key are joined as the OpenTelemetry specification says, `a;b`. */
export function addDimension(dimensions: Record<string, string>, name: string, value: string): void {
  const key = dimensionKey(name)
  const had = dimensions[key]
  const both = had === undefined || had === value ? value : `${had};${value}`
  dimensions[key] = both.length > longestValue ? both.slice(0, longestValue).toWellFormed() : both
}

/** A sender's own name for itself as a service: letters, digits, `_` and `-`, at most 50. Undefined for none. */
export function serviceName(name: string | undefined): string | undefined {
  const plain = name?.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 50)
  return plain || undefined
}

/** The same for an instance, which may have dots. */
export function instanceName(name: string | undefined): string | undefined {
  const plain = name?.replace(/[^A-Za-z0-9_.-]/g, '_').slice(0, 50)
  return plain || undefined
}
