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

const codeMember = '"error_code":'

/** Most calls say that there was no error: that is told without taking the text apart, unless a key may be written with escapes, or twice. */
function namesNone(metadata: string): boolean {
  if (metadata.includes('\\')) return false
  const at = metadata.indexOf(codeMember)
  if (at < 0) return true
  const value = at + codeMember.length
  const isNull = metadata.startsWith('null', value) || metadata.startsWith(' null', value)
  return isNull && metadata.indexOf(codeMember, value) < 0
}

/** The `error_code` of a metric's metadata, which are null or empty for none, or an object's text without blanks before its colons. */
export function errorCodeOf(metadata: string | null): string | undefined {
  if (!metadata || namesNone(metadata)) return undefined
  return textOfDimension((JSON.parse(metadata) as Record<string, unknown>).error_code)
}

/** True for a metric that says of itself that it failed. */
export const hasFailed = (dimensions: KeptDimensions): boolean =>
  /^(false|0)$/i.test(dimensions.get('success') ?? dimensions.get('healthy') ?? '')

/** The dimensions that queries group each type by; a rollup of each of them alone is small, but each costs two rows an hour. */
const usual: Record<string, readonly string[]> = {
  auth_request: ['success', 'server', 'error_code'],
  tool_execution: ['tool_name', 'server_name', 'success', 'client_name', 'error_code'],
  registry_operation: ['operation', 'success', 'error_code'],
  health_check: ['endpoint', 'healthy'],
  protocol_latency: ['flow_step', 'server_name'],
  custom: ['metric_name'],
}

/**
 * Which dimensions stand together in a rollup: none of them (`''`), one that is usual for the type (its name), or all that are kept (`*`).
 * Queries take the smallest level that has what they ask for.
 */
export type Level = string

export const allKept: Level = '*'

/** The levels of a metric with these dimensions, with what each of them holds; of a usual one that is absent, nothing. */
export function levelsOf(type: string, kept: KeptDimensions): [Level, KeptDimensions][] {
  const single = (usual[type] ?? []).map((name): [Level, KeptDimensions] => {
    const value = kept.get(name)
    return [name, new Map(value === undefined ? [] : [[name, value]])]
  })
  return [['', new Map()], ...single, [allKept, kept]]
}

/** The level that has these dimensions. */
export function levelFor(type: string | undefined, names: readonly string[]): Level {
  const [only] = names
  if (only === undefined) return ''
  return names.length === 1 && type !== undefined && usual[type]?.includes(only) ? only : allKept
}
