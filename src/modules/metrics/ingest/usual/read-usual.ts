import { limits } from '../limits'
import type { Reading } from '../read-submission'
import type { SeriesCache } from '../series'
import { createKnownSeries } from './known-series'
import { behindMetric, type Context } from './metric'
import { createRows, takeRows } from './rows'
import { behindBlank, bodyOf, closingBrace, comma, giveUp, ifUsual } from './scan'
import { createSenders } from './senders'

/**
 * Reads a body of `POST /metrics` straight from its bytes, which takes a third of the time that JSON.parse and the check of what it gives take. Only for one in
 * its usual form all of whose metrics fit; undefined for any other, right or wrong, which is to be read thoroughly.
 */
export type UsualReader = (bytes: Uint8Array) => { service: string; reading: Reading } | undefined

const key = Buffer.from('"metrics":')
const [openingBracket, closingBracket] = [0x5b, 0x5d]

export function createUsualReader(cache: SeriesCache, clock: () => number): UsualReader {
  const known = createKnownSeries()
  const senderOf = createSenders(cache)
  const rows = createRows()

  const read: UsualReader = (bytes) => {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    const start = buffer.indexOf(key)
    if (start < 0) giveUp()
    const sender = senderOf(buffer.toString('utf8', 0, start))
    const body = bodyOf(bytes)
    rows.series = []
    behindMetrics(
      { body, sender, known, rows, now: clock(), type: 0, dimensions: undefined },
      start + key.length,
    )
    const reading = { metrics: takeRows(rows, bytes), keys: undefined, rejected: 0, errors: [] }
    return { service: sender.service, reading }
  }
  return (bytes) => ifUsual(() => read(bytes))
}

/** Reads all metrics of the list that begins at `start`, with which the body ends. */
function behindMetrics(context: Context, start: number): void {
  const { bytes } = context.body
  let at = behindBlank(bytes, start)
  if (bytes[at] !== openingBracket) giveUp()
  do {
    if (context.rows.series.length === limits.metrics) giveUp()
    at = behindMetric(context, context.rows.series.length === 0 ? at + 1 : behindBlank(bytes, at + 1))
  } while (bytes[at] === comma)
  if (bytes[at] !== closingBracket || bytes[at + 1] !== closingBrace || at + 2 !== bytes.length) giveUp()
}
