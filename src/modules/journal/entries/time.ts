import { invalid } from '../../../core/errors'
import { parseTime as millisecondsOf } from '../../../core/time'

const earliest = Date.UTC(1970, 0, 1)
const latest = Date.UTC(2200, 0, 1)
const day = 86_400_000

const isDate = (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text)

/** True for milliseconds from 1970 to 2199, which every database and format of ours can hold. */
export const isTime = (time: number | undefined): time is number =>
  time !== undefined && time >= earliest && time < latest

/** A time from an input (checked by its schema's `date-time` format); throws `invalid` outside of 1970 to 2199. */
export function parseTime(text: string, path: string): Date {
  const time = millisecondsOf(text)
  if (isTime(time)) return new Date(time)
  throw invalid(path, 'must be an ISO 8601 date or time from 1970 to 2199')
}

/** A time from a source that nothing has checked; undefined when it is none. */
export function readTime(value: unknown): Date | undefined {
  const time = typeof value === 'string' ? millisecondsOf(value.trim()) : undefined
  return isTime(time) ? new Date(time) : undefined
}

/** A span of time, both ends included; a date alone as `to` means the whole day. */
export interface Span {
  from: Date | undefined
  to: Date | undefined
}

export function parseSpan(input: { from?: string; to?: string }): Span {
  const from = input.from === undefined ? undefined : parseTime(input.from, '/from')
  const to = input.to === undefined ? undefined : parseTime(input.to, '/to')
  if (to && isDate(input.to!.trim())) to.setTime(to.getTime() + day - 1)
  if (from && to && from > to) throw invalid('/to', 'must not be before from')
  return { from, to }
}
