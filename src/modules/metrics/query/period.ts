import { invalid } from '../../../core/errors'
import { durationOf } from '../promql/duration'

/** Milliseconds since the epoch; `to` is not in it. */
export interface Period {
  from: number
  to: number
}

/** What every `from` and `to` says of itself. */
export const timeDescription = 'ISO 8601 (without zone: UTC), or how long ago: 30m, 24h, 7d; now'

const longest = 10 * 366 * 86_400_000

/** Reads both ends of a period; `to` is now and `from` is `span` before it when they are left out. Throws `invalid`, also for more than ten years where `span` is less. */
export function periodOf(
  from: string | undefined,
  to: string | undefined,
  now: number,
  span: number,
): Period {
  const end = to === undefined ? now + 1 : timeOf('/to', to, now)
  const start = from === undefined ? end - span : timeOf('/from', from, now)
  if (start >= end) throw invalid('/from', 'must be before to')
  if (end - start > Math.max(longest, span)) throw invalid('/from', 'must be at most 10 years before to')
  return { from: start, to: end }
}

/** A time as milliseconds since the epoch. */
export function timeOf(path: string, text: string, now: number): number {
  if (text === 'now') return now
  const ago = durationOf(text.replace(/^now-/, ''))
  if (ago !== undefined) return now - ago
  const zoned = /^\d{4}-\d{2}-\d{2}([Tt ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?$/.test(text)
    ? `${text.length === 10 ? `${text}T00:00:00` : text.replace(' ', 'T')}Z`
    : text
  const time = /^\d{4}-/.test(text) ? Date.parse(zoned) : Number.NaN
  if (Number.isNaN(time)) throw invalid(path, `must be a time: ${timeDescription}`)
  return time
}

/** `1h`, `15m` as milliseconds; a number alone is seconds. Throws `invalid`. */
export function stepOf(text: string): number {
  const step = /^\d+$/.test(text) ? Number(text) * 1000 : durationOf(text)
  if (step === undefined || step <= 0) throw invalid('/step', 'must be a duration such as 1m, 1h or 1d')
  return step
}

export const iso = (time: number): string => new Date(time).toISOString()
