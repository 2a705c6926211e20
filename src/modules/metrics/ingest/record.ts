import { type Columns, type Texts, textsOf } from './columns'
import type { Series } from './metric'
import type { Numbered, SeriesNumbers, SeriesTexts } from './series-numbers'

/** One submission's accepted metrics as columns, the way they stand in the log. */
export interface Batch {
  requestId: string
  /** Milliseconds since the epoch. */
  receivedAt: number
  /** Distinct texts of series; `seriesOf` are indexes into them. */
  series: string[]
  seriesOf: Column
  at: Column
  value: Column
  /** NaN for none. */
  duration: Column
  /** JSON texts; empty for none. */
  metadata: string[]
  /** Keys that were used up. */
  idempotencyKeys: string[]
  /** Of a batch from the log: the numbers of its series, and what stands for their meaning there. */
  numbered?: { ids: Column; meaning: object } | undefined
}

/** One submission's accepted metrics on their way to the log. */
export interface Received extends Columns, Pick<Batch, 'requestId' | 'receivedAt' | 'idempotencyKeys'> {}

/** Numbers, one a metric. */
export type Column = ArrayLike<number>

/**
 * Layout of a record: this number; metrics, series, new series, characters of the head, number of the first new series; columns of 64-bit floats; then
 * one UTF-8 text of all strings. A series is written out once in a segment of the log, and goes by its number in what follows.
 */
const layout = 2
const counts = 6
const decoder = new TextDecoder()
const encoder = new TextEncoder()

/** Gives room for at most so many bytes. */
export type Room = (most: number) => Uint8Array

const newRoom: Room = (most) => new Uint8Array(most)

/** A batch as bytes, at the start of what `room` gives, for the segment whose series `numbers` has. */
export function encodeBatch(
  batch: Batch | Received,
  numbers: SeriesNumbers,
  room: Room = newRoom,
): Uint8Array {
  const { series, seriesOf, metadata } = isReceived(batch) ? placesOf(batch) : refer(batch)
  const head = JSON.stringify([batch.requestId, batch.receivedAt, batch.idempotencyKeys])
  const { first, ids, added } = numbers.of(series)
  const rows = batch.at.length
  const floats = scratchFor(counts + 5 * rows + series.length + added.length)
  floats.set([layout, rows, series.length, added.length, head.length, first])
  let next = counts
  for (const column of [seriesOf, batch.at, batch.value, batch.duration, ids, metadata.lengths]) {
    floats.set(column, next)
    next += column.length
  }
  for (const one of added) floats[next++] = one.length
  const text = head + added.join('')
  // A UTF-16 unit takes three bytes at most.
  const bytes = room(8 * next + 3 * text.length + metadata.bytes.length)
  bytes.set(new Uint8Array(floats.buffer, 0, 8 * next))
  const { written } = encoder.encodeInto(text, bytes.subarray(8 * next))
  return bytes.subarray(0, copyTexts(metadata, bytes, 8 * next + written))
}

const isReceived = (batch: Batch | Received): batch is Received => !Array.isArray(batch.metadata)

/** What stands in a record in another form than that of what it is made from. */
interface Referring {
  /** Distinct series. */
  series: Numbered[]
  seriesOf: Column
  metadata: Texts
}

const refer = ({ series, seriesOf, metadata }: Batch): Referring => ({
  series: series.map((text) => ({ text, number: -1, numbering: -1 })),
  seriesOf,
  metadata: textsOf(metadata),
})

let records = 0

function placesOf({ series: given, metadata }: Received): Referring {
  const record = ++records
  const series: Series[] = []
  const seriesOf = new Float64Array(given.length)
  for (let row = 0; row < given.length; row++) {
    const one = given[row]!
    if (one.record !== record) {
      one.record = record
      one.place = series.push(one) - 1
    }
    seriesOf[row] = one.place
  }
  return { series, seriesOf, metadata }
}

/** Behind the texts, which begin at `at`. */
function copyTexts({ bytes: from, starts, sizes }: Texts, to: Uint8Array, at: number): number {
  const source = new DataView(from.buffer, from.byteOffset, from.length)
  const target = new DataView(to.buffer, to.byteOffset, to.length)
  let end = at
  for (let row = 0; row < sizes.length; row++) {
    const [start, size] = [starts[row]!, sizes[row]!]
    for (let i = 0; i < size; i += 4) target.setInt32(end + i, source.getInt32(start + i))
    end += size
  }
  return end
}

/** Numbers of a record on their way: their place among the bytes need not be one that floats can have. */
let scratch = new Float64Array(1024)

function scratchFor(length: number): Float64Array {
  if (length > scratch.length) scratch = new Float64Array(2 * length)
  return scratch
}

/** The batch of a record; `texts` has the series of the records before it in its segment, and learns those of this one. Throws for another layout. */
export function decodeBatch(record: Uint8Array, texts: SeriesTexts): Batch {
  const { rows, seriesCount, addedCount, headLength, first, floats, text } = open(record)
  let from = counts
  const column = (length: number) => {
    from += length
    return floats.subarray(from - length, from)
  }
  const [seriesOf, at, value, duration] = [column(rows), column(rows), column(rows), column(rows)]
  const ids = column(seriesCount)
  const metadataLengths = column(rows)
  const [requestId, receivedAt, idempotencyKeys] = JSON.parse(text.slice(0, headLength))
  const added = cut(text, headLength, column(addedCount))
  texts.add(added.pieces, first)
  const series = Array.from(ids, (id) => texts.at(id))
  const metadata = cut(text, added.end, metadataLengths).pieces
  const numbered = { ids, meaning: texts.meaning() }
  return { requestId, receivedAt, idempotencyKeys, series, seriesOf, at, value, duration, metadata, numbered }
}

/** Lets `texts` learn the series of a record that is not wanted itself. */
export function learnSeries(record: Uint8Array, texts: SeriesTexts): void {
  const { rows, seriesCount, addedCount, headLength, first, floats, text } = open(record)
  const lengths = floats.subarray(counts + 5 * rows + seriesCount).subarray(0, addedCount)
  texts.add(cut(text, headLength, lengths).pieces, first)
}

function open(record: Uint8Array) {
  // A column of floats must begin at a multiple of 8; slices of a Buffer share its memory, so this copies by hand.
  const bytes = record.byteOffset % 8 === 0 ? record : new Uint8Array(record)
  const view = (length: number) => new Float64Array(bytes.buffer, bytes.byteOffset, length)
  const [version, rows, seriesCount, addedCount, headLength, first] = view(counts) as unknown as number[]
  if (version !== layout) throw new Error(`a record of layout ${version}; this binary knows ${layout}`)
  const floats = view(counts + 5 * rows! + seriesCount! + addedCount!)
  return {
    rows: rows!,
    seriesCount: seriesCount!,
    addedCount: addedCount!,
    headLength: headLength!,
    first: first!,
    floats,
    text: decoder.decode(bytes.subarray(floats.byteLength)),
  }
}

function cut(text: string, start: number, lengths: Float64Array): { pieces: string[]; end: number } {
  let end = start
  const pieces: string[] = []
  for (let at = 0; at < lengths.length; at++) {
    const length = lengths[at]!
    pieces.push(length === 0 ? '' : text.slice(end, end + length))
    end += length
  }
  return { pieces, end }
}
