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
  const head = JSON.stringify({ timestamp: at.toISOString(), level, logger, message, request_id: requestId })
  const rest = fields ? JSON.stringify(withoutHead(fields)) : '{}'
  return rest === '{}' ? head : `${head.slice(0, -1)},${rest.slice(1)}`
}

/** A name twice in one object would leave it to the reader which one counts. */
function withoutHead(fields: Record<string, unknown>): Record<string, unknown> {
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
