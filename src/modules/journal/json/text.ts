import { invalid } from '../../../core/errors'

/** Bytes of a preference's value, a record's data and its metadata, as JSON. */
export const mostBytes = 64 * 1024
const deepest = 32

/**
 * The JSON text of a value, with the keys of objects in order, so that equal values have equal texts. Throws `invalid` at `path` for one that
 * is nested deeper than 32 levels or takes more than 64 KB.
 */
export function jsonText(value: unknown, path: string): string {
  const text = write(value, path, 0)
  if (Buffer.byteLength(text) > mostBytes) throw invalid(path, `must be at most ${mostBytes} bytes as JSON`)
  return text
}

function write(value: unknown, path: string, depth: number): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (depth === deepest) throw invalid(path, `must not be nested deeper than ${deepest} levels`)
  if (Array.isArray(value)) return `[${value.map((item) => write(item, path, depth + 1)).join(',')}]`
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([key, item]) => `${JSON.stringify(key)}:${write(item, path, depth + 1)}`).join(',')}}`
}
