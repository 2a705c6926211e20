/** Dimensions as text, in the order of their names. */
export type KeptDimensions = ReadonlyMap<string, string>

/**
 * Dimensions with about as many values as there are callers or calls: in a rollup they would make it as large as what it rolls up. Raw
 * metrics have them.
 */
const unkept = new Set([
  'user_hash',
  'user_id',
  'session_key',
  'session_id',
  'query',
  'resource_id',
  'request_id',
  'trace_id',
  'span_id',
])

export const isKept = (name: string): boolean => !unkept.has(name)

/** The text under which a dimension's value is kept; undefined for one that is absent. */
export function textOfDimension(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** Every dimension as text. `error_code` is one too: it is sent as metadata, and errors are counted by it. */
export function dimensionsOf(json: string, errorCode: string | undefined): Map<string, string> {
  const texts: [string, string][] = []
  for (const [name, value] of Object.entries(JSON.parse(json) as Record<string, unknown>)) {
    const text = textOfDimension(value)
    if (text !== undefined) texts.push([name, text])
  }
  if (errorCode !== undefined) texts.push(['error_code', errorCode])
  return new Map(texts.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
}

/** The `error_code` of a metric's metadata. */
export function errorCodeOf(metadata: string | null): string | undefined {
  if (!metadata?.includes('"error_code"')) return undefined
  return textOfDimension((JSON.parse(metadata) as Record<string, unknown>).error_code)
}

/** True for a metric that says of itself that it failed. */
export const hasFailed = (dimensions: KeptDimensions): boolean =>
  /^(false|0)$/i.test(dimensions.get('success') ?? dimensions.get('healthy') ?? '')

/**
 * Which dimensions stand together in a rollup: none of them (`''`), one of them (its name), or all that are kept (`*`). Queries take the smallest level that
 * has what they ask for. Of `custom` metrics, which mean nothing without their name, the name alone or all.
 */
export type Level = string

export const allKept: Level = '*'

/** The levels of a metric with these dimensions, with what each of them holds. */
export function levelsOf(type: string, kept: KeptDimensions): [Level, KeptDimensions][] {
  const levels: [Level, KeptDimensions][] = [['', new Map()]]
  for (const [name, value] of kept) {
    if (type === 'custom' && name !== 'metric_name') continue
    levels.push([name, new Map([[name, value]])])
  }
  levels.push([allKept, kept])
  return levels
}

/** The level that has these dimensions. */
export function levelFor(type: string | undefined, names: readonly string[]): Level {
  const [only] = names
  if (only === undefined) return ''
  if (names.length > 1 || !type || (type === 'custom' && only !== 'metric_name')) return allKept
  return only
}
