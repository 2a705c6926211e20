export const levels = ['DEBUG', 'INFO', 'WARNING', 'ERROR'] as const
export type Level = (typeof levels)[number]

/** One log line; `fields` are redacted already. */
export interface Line {
  /** Milliseconds since the epoch. */
  at: number
  level: Level
  logger: string
  message: string
  requestId: string | undefined
  fields: Record<string, unknown> | undefined
}

/** For machines: one JSON object a line, `timestamp, level, logger, message, request_id`, then the fields. */
export function jsonLine({ at, level, logger, message, requestId, fields }: Line): string {
  const line = { timestamp: timeOf(at), level, logger, message, request_id: requestId, ...fields }
  // Fields cannot forge the head.
  line.timestamp = timeOf(at)
  line.level = level
  line.logger = logger
  line.message = message
  line.request_id = requestId
  return JSON.stringify(line)
}

let lastTime = { at: Number.NaN, text: '' }

/** Many lines are of one millisecond, and writing a time is half of the work of a short line. */
export function timeOf(at: number): string {
  if (at !== lastTime.at) lastTime = { at, text: new Date(at).toISOString() }
  return lastTime.text
}

/** For people: time, level, logger, message, `field=value`. */
export function textLine({ at, level, logger, message, requestId, fields }: Line): string {
  const shown = Object.entries({ ...fields, request_id: requestId }).filter(
    ([, value]) => value !== undefined,
  )
  const pairs = shown.map(
    ([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  return `${timeOf(at).slice(11, 23)} ${level.padEnd(7)} ${logger}: ${message}${pairs.join('')}`.replaceAll(
    '\n',
    '\\n',
  )
}
