import { limits, usual } from '../limits'
import { metricTypes, type Series } from '../metric'
import { type KnownSeries, type Span, spanAt } from './known-series'
import { behindMetadata } from './metadata'
import type { Rows } from './rows'
import {
  ascii,
  type Body,
  behindBlank,
  behindNumber,
  closingBrace,
  comma,
  giveUp,
  number,
  openingBrace,
  startsWith,
} from './scan'
import type { NamedSender } from './senders'
import { behindTime, time } from './time'

/** What the metrics of a body are read with. */
export interface Context {
  body: Body
  sender: NamedSender
  known: KnownSeries
  rows: Rows
  /** Milliseconds since the epoch. */
  now: number
  /** Of the metric that is being read: its place in `metricTypes`, and its dimensions. */
  type: number
  dimensions: Span | undefined
}

const names = ['type', 'timestamp', 'value', 'duration_ms', 'dimensions', 'metadata']
const keys = names.map((name) => ascii(`"${name}":`))
const types = metricTypes.map((type) => ascii(`"${type}"`))
/** `type` and `value`, a bit each. */
const needed = 0b101

/** Behind the metric that begins at `start`, which becomes the next row. */
export function behindMetric(context: Context, start: number): number {
  const { body, rows, now } = context
  const { bytes } = body
  if (bytes[start] !== openingBrace) giveUp()
  const row = rows.series.length
  rows.at[row] = now
  rows.duration[row] = Number.NaN
  rows.sizes[row] = 0
  context.dimensions = undefined
  let at = start
  let seen = 0
  let field = -1
  do {
    const key = at === start ? at + 1 : behindBlank(bytes, at + 1)
    field = fieldAt(body, key, field + 1)
    if ((seen & (1 << field)) !== 0) giveUp()
    seen |= 1 << field
    at = behindField(context, field, behindBlank(bytes, key + keys[field]!.length), row)
  } while (bytes[at] === comma)
  if (bytes[at] !== closingBrace || (seen & needed) !== needed) giveUp()
  rows.series.push(seriesOf(context))
  return at + 1
}

function behindField(context: Context, field: number, at: number, row: number): number {
  const { body, rows } = context
  const { bytes } = body
  switch (field) {
    case 0:
      context.type = typeAt(body, at)
      return at + types[context.type]!.length
    case 1: {
      const end = behindTime(body, at)
      if (time > context.now + limits.future) giveUp()
      rows.at[row] = time
      return end
    }
    case 2: {
      const end = behindNumber(bytes, at)
      if (Math.abs(number) > usual.value) giveUp()
      rows.value[row] = number
      return end
    }
    case 3:
      return behindDuration(body, at, rows, row)
    case 4:
      context.dimensions = spanAt(body, at)
      return context.dimensions.end
    default: {
      const end = behindMetadata(body, at)
      rows.starts[row] = at
      rows.sizes[row] = end - at > empty ? end - at : 0
      return end
    }
  }
}

/** Bytes of `{}`. */
const empty = 2
const none = ascii('null')

function behindDuration(body: Body, at: number, { duration }: Rows, row: number): number {
  if (startsWith(body, at, none)) return at + none.length
  const end = behindNumber(body.bytes, at)
  if (!(number >= 0 && number <= limits.duration)) giveUp()
  duration[row] = number
  return end
}

/** The field whose key stands there; most often it is the one that `guess` says. */
function fieldAt(body: Body, at: number, guess: number): number {
  if (guess < keys.length && startsWith(body, at, keys[guess]!)) return guess
  for (let field = 0; field < keys.length; field++) if (startsWith(body, at, keys[field]!)) return field
  return giveUp()
}

function typeAt(body: Body, at: number): number {
  for (let type = 0; type < types.length; type++) if (startsWith(body, at, types[type]!)) return type
  return giveUp()
}

function seriesOf({ known, sender, type, body, dimensions }: Context): Series {
  if (dimensions) return known(sender, type, body, dimensions)
  return sender.series.of(metricTypes[type]!, undefined, usual, giveUp)
}
