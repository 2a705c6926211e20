import { isLonger, limits } from './limits'

/** JSON text of metadata, null when it is empty; `report` is told of each fault. */
export function readMetadata(
  given: Record<string, unknown>,
  report: (path: string, message: string) => void,
): string | null {
  let count = 0
  for (const key in given) {
    count++
    if (isLonger(key, limits.key)) report('', `Metadata key is longer than ${limits.key} characters`)
    if (isLong(given[key]))
      report(
        `.${key.slice(0, limits.key)}`,
        `Metadata value is longer than ${limits.metadataValue} characters`,
      )
  }
  if (count > limits.metadata) report('', `Too many metadata fields: ${count}, max ${limits.metadata}`)
  return count === 0 ? null : JSON.stringify(given)
}

function isLong(value: unknown): boolean {
  if (typeof value === 'string') return isLonger(value, limits.metadataValue)
  return typeof value === 'object' && value !== null && isLonger(JSON.stringify(value), limits.metadataValue)
}
