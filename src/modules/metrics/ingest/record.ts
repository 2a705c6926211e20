import { type Columns, type Texts, textsOf } from './columns'
import type { Numbered, SeriesNumbers, SeriesTexts } from './series-numbers'

/** One submission's accepted metrics as columns, the way they stand in the log. */
export interface Batch {
  requestId: string
  /** Milliseconds since the epoch. */
  receivedAt: number
  /** Texts of series; `seriesOf` are indexes into them. Batches from the log whose numbers mean the same share one array. */
  series: readonly string[]
  seriesOf: Column
  at: Column
  value: Column
  /** NaN for none. */
  duration: Column
  /** JSON texts; empty for none. */
  metadata: string[]
  /** Not above 0 for metadata that surely name no error code; without it all are to be looked at. */
  coded?: Column
  /** Keys that were used up. */
  idempotencyKeys: string[]
}

/** One submission's accepted metrics on their way to the log. */
export interface Received extends Columns, Pick<Batch, 'requestId' | 'receivedAt' | 'idempotencyKeys'> {}

/** Numbers, one a metric. */
export type Column = ArrayLike<number>

/**
 * Layout of a record: 32-bit integers (this number; metrics; texts; number of the first new series); times, values and durations as 64-bit floats; the
 * numbers of the series, the bytes of the metadata (below 0 as in `Texts`) and the bytes of the texts as 32-bit integers; the texts (a head, then each new series); the metadata. A
 * series is written out once in a segment of the log, and goes by its number in what follows.
 */
const layout = 4
/** Without bytes below 0; else the same. */
const layoutBefore = 3
const counts = 4
/** Every record has a multiple of so many bytes, so that columns of the next one can be read where they stand. */
const unit = 8
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
  const { series, metadata } = isReceived(batch) ? batch : refer(batch)
  const { ids, added, first } = numbers.of(series)
  const texts = [JSON.stringify([batch.requestId, batch.receivedAt, batch.idempotencyKeys]), ...added]
  const rows = batch.at.length
  const { integers, floats, size } = columnsFor(rows, texts.length)
  integers[0] = layout
  integers[1] = rows
  integers[2] = texts.length
  integers[3] = first
  floats.set(batch.at)
  floats.set(batch.value, rows)
  floats.set(batch.duration, 2 * rows)
  const tail = counts + 6 * rows
  integers.set(ids, tail)
  integers.set(metadata.sizes, tail + rows)
  // A UTF-16 unit takes three bytes at most.
  let most = metadata.bytes.length + size + unit
  for (let at = 0; at < texts.length; at++) most += 3 * texts[at]!.length
  const bytes = room(most)
  let end = size
  for (let at = 0; at < texts.length; at++) {
    const { written } = encoder.encodeInto(texts[at]!, bytes.subarray(end))
    integers[tail + 2 * rows + at] = written
    end += written
  }
  bytes.set(new Uint8Array(integers.buffer, 0, size))
  bytes.set(metadata.bytes, end)
  end += metadata.bytes.length
  const whole = Math.ceil(end / unit) * unit
  return bytes.fill(0, end, whole).subarray(0, whole)
}

const isReceived = (batch: Batch | Received): batch is Received => !Array.isArray(batch.metadata)

/** What stands in a record in another form than in a batch that was made elsewhere. */
function refer({ series, seriesOf, metadata }: Batch): { series: Numbered[]; metadata: Texts } {
  const numbered = series.map((text) => ({ text, number: -1, numbering: -1 }))
  return { series: Array.from(seriesOf, (place) => numbered[place]!), metadata: textsOf(metadata) }
}

/** Columns of a record on their way: their place among the bytes need not be one that floats can have. */
let scratch = new ArrayBuffer(16 * 1024)

function columnsFor(rows: number, texts: number) {
  const size = 4 * (counts + 8 * rows + texts)
  if (size > scratch.byteLength) scratch = new ArrayBuffer(2 * size)
  return { integers: new Int32Array(scratch), floats: new Float64Array(scratch, 4 * counts), size }
}

/** The batch of a record; `known` has the series of the records before it in its segment, and learns those of this one. Throws for another layout. */
export function decodeBatch(record: Uint8Array, known: SeriesTexts): Batch {
  const { rows, floats, integers, texts, first, end, bytes } = open(record)
  const [head, ...added] = texts
  known.add(added, first)
  const [requestId, receivedAt, idempotencyKeys] = JSON.parse(head!)
  const seriesOf = integers.subarray(0, rows)
  const coded = integers.subarray(rows, 2 * rows)
  return {
    requestId,
    receivedAt,
    idempotencyKeys,
    series: known.of(seriesOf),
    seriesOf,
    at: floats.subarray(0, rows),
    value: floats.subarray(rows, 2 * rows),
    duration: floats.subarray(2 * rows),
    metadata: cut(bytes, end, coded),
    coded,
  }
}

/** Lets `known` learn the series of a record that is not wanted itself. */
export function learnSeries(record: Uint8Array, known: SeriesTexts): void {
  const { texts, first } = open(record)
  known.add(texts.slice(1), first)
}

function open(record: Uint8Array) {
  // Columns must begin at a multiple of 8; slices of a Buffer share its memory, so this copies by hand.
  const bytes = record.byteOffset % unit === 0 ? record : new Uint8Array(record)
  const at = (offset: number) => bytes.byteOffset + offset
  const head = new Int32Array(bytes.buffer, at(0), counts)
  const version = head[0]!
  const rows = head[1]!
  const textCount = head[2]!
  if (version !== layout && version !== layoutBefore)
    throw new Error(`a record of layout ${version}; this binary knows ${layout}`)
  const floats = new Float64Array(bytes.buffer, at(4 * counts), 3 * rows)
  const integers = new Int32Array(bytes.buffer, at(4 * (counts + 6 * rows)), 2 * rows + textCount)
  let end = 4 * (counts + 8 * rows + textCount)
  const texts = new Array<string>(textCount)
  for (let at = 0; at < textCount; at++) {
    const size = integers[2 * rows + at]!
    texts[at] = decoder.decode(bytes.subarray(end, end + size))
    end += size
  }
  return { rows, first: head[3]!, floats, integers, texts, end, bytes }
}

/** Texts of so many bytes each, one behind the other from `start` on; one by one only where some are not ASCII. */
function cut(bytes: Uint8Array, start: number, sizes: Int32Array): string[] {
  let size = 0
  for (let row = 0; row < sizes.length; row++) size += Math.abs(sizes[row]!)
  const whole = decoder.decode(bytes.subarray(start, start + size))
  const isAscii = whole.length === size
  const pieces = new Array<string>(sizes.length)
  for (let row = 0, from = 0; row < sizes.length; row++) {
    const end = from + Math.abs(sizes[row]!)
    if (end === from) pieces[row] = ''
    else if (isAscii) pieces[row] = whole.slice(from, end)
    else pieces[row] = decoder.decode(bytes.subarray(start + from, start + end))
    from = end
  }
  return pieces
}
