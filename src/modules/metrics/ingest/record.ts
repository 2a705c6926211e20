/** One submission's accepted metrics as columns, the way they stand in the log. */
export interface Batch {
  requestId: string
  /** Milliseconds since the epoch. */
  receivedAt: number
  /** Distinct texts of series; `seriesOf` are indexes into them. */
  series: string[]
  seriesOf: number[]
  at: number[]
  value: number[]
  /** NaN for none. */
  duration: number[]
  /** JSON texts; empty for none. */
  metadata: string[]
  /** Keys that were used up. */
  idempotencyKeys: string[]
}

/** Layout of a record: this number, the counts, columns of 64-bit floats, then one UTF-8 text of all strings. */
const layout = 1
const counts = 4
const decoder = new TextDecoder()

/** A batch as bytes. */
export function encodeBatch(batch: Batch): Uint8Array {
  const { series, at, metadata } = batch
  const head = JSON.stringify([batch.requestId, batch.receivedAt, batch.idempotencyKeys])
  const text = Buffer.from(head + series.join('') + metadata.join(''))
  const rows = at.length
  const numbers = new Float64Array(counts + 5 * rows + series.length)
  numbers.set([layout, rows, series.length, head.length])
  let next = counts
  for (const column of [batch.seriesOf, at, batch.value, batch.duration]) {
    numbers.set(column, next)
    next += rows
  }
  for (let row = 0; row < rows; row++) numbers[next++] = metadata[row]!.length
  for (const one of series) numbers[next++] = one.length
  const bytes = new Uint8Array(numbers.byteLength + text.length)
  bytes.set(new Uint8Array(numbers.buffer))
  bytes.set(text, numbers.byteLength)
  return bytes
}

/** The batch of a record. Throws for a layout of another version. */
export function decodeBatch(record: Uint8Array): Batch {
  // A column of floats must begin at a multiple of 8; slices of a Buffer share its memory, so this copies by hand.
  const bytes = record.byteOffset % 8 === 0 ? record : new Uint8Array(record)
  const [version, rows, seriesCount, headLength] = floats(bytes, 0, counts) as unknown as number[]
  if (version !== layout) throw new Error(`a record of layout ${version}; this binary knows ${layout}`)
  const column = (index: number) => floats(bytes, counts + index * rows!, rows!)
  const lengths = floats(bytes, counts + 5 * rows!, seriesCount!)
  const text = decoder.decode(bytes.subarray(8 * (counts + 5 * rows! + seriesCount!)))
  const [requestId, receivedAt, idempotencyKeys] = JSON.parse(text.slice(0, headLength))
  const series = cut(text, headLength!, lengths)
  return {
    requestId,
    receivedAt,
    idempotencyKeys,
    series: series.pieces,
    seriesOf: [...column(0)],
    at: [...column(1)],
    value: [...column(2)],
    duration: [...column(3)],
    metadata: cut(text, series.end, column(4)).pieces,
  }
}

const floats = (bytes: Uint8Array, from: number, length: number) =>
  new Float64Array(bytes.buffer, bytes.byteOffset + 8 * from, length)

function cut(text: string, start: number, lengths: Float64Array): { pieces: string[]; end: number } {
  let end = start
  const pieces: string[] = []
  for (const length of lengths) {
    pieces.push(text.slice(end, end + length))
    end += length
  }
  return { pieces, end }
}
