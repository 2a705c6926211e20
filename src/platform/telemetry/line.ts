export const levels = ['DEBUG', 'INFO', 'WARNING', 'ERROR'] as const
export type Level = (typeof levels)[number]

/** One log line; `fields` are redacted already. */
export interface Line {
  at: Date
  level: Level
  logger: string
  message: string
  requestId: string | undefined
  fields: Record<string, unknown> | undefined
}

/** For machines: one JSON object a line, `timestamp, level, logger, message, request_id`, then the fields. */
export function jsonLine({ at, level, logger, message, requestId, fields }: Line): string {
  const timestamp = at.toISOString()
  return JSON.stringify({ timestamp, level, logger, message, request_id: requestId, ...withoutHead(fields) })
}

/** Fields cannot forge the head. */
function withoutHead(fields: Record<string, unknown> | undefined): Record<string, unknown> | undefined {
  if (fields === undefined) return undefined
  for (const name of ['timestamp', 'level', 'logger', 'message', 'request_id'])
    if (name in fields) delete fields[name]
  return fields
}

/** For people: time, level, logger, message, `field=value`. */
export function textLine({ at, level, logger, message, requestId, fields }: Line): string {
  const shown = Object.entries({ ...fields, request_id: requestId }).filter(
    ([, value]) => value !== undefined,
  )
  const pairs = shown.map(
    ([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  return `${at.toISOString().slice(11, 23)} ${level.padEnd(7)} ${logger}: ${message}${pairs.join('')}`.replaceAll(
    '\n',
    '\\n',
  )
}
