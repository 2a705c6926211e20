import { addSeries, findSeries, forgetSeries, setTailOf, unknown } from './known-series'
import { mostMetrics } from './limits'
import { hashes, input, lengths, starts, types } from './memory'
import { beginBody, behindMetric, metadataSize, ownerOf } from './metric'
import { behindBlank, closingBrace, closingBracket, comma, openingBracket } from './scan'

export {
  capacity,
  durations,
  input,
  inputSize,
  lengths,
  metadata,
  series,
  sizes,
  starts,
  times,
  types,
  values,
  wordSize,
  words,
} from './memory'
export { forgetSeries }

/** Bytes that may be read at once. */
const step: usize = 64

/** Reads all metrics of the list behind `from`, with which the body ends: how many, -1 where they are not in their usual form. */
export function readMetrics(from: i32, length: i32, sender: i32, now: f64): i32 {
  const end = input + length
  memory.fill(end, 0, step)
  beginBody(sender, now, end)
  let at = behindBlank(input + from)
  if (load<u8>(at) !== openingBracket) return -1
  let row = 0
  do {
    if (row === mostMetrics) return -1
    at = behindMetric(row === 0 ? at + 1 : behindBlank(at + 1), row++)
    if (at === 0) return -1
  } while (load<u8>(at) === comma)
  const ends = load<u8>(at) === closingBracket && load<u8>(at, 1) === closingBrace && at + 2 === end
  return ends ? row : -1
}

/** Bytes of metadata of what was read last. */
export function metadataBytes(): i32 {
  return <i32>metadataSize
}

/** Gives the series of a row that was read last a number: the one that an equal row has got, else `number`. -1 where no more are remembered. */
export function learnSeries(row: i32, number: i32): i32 {
  const start = input + load<u32>(starts + 4 * row)
  const length = load<u32>(lengths + 4 * row)
  const hash = load<u32>(hashes + 4 * row)
  const owner = ownerOf(load<i32>(types + 4 * row))
  setTailOf(start, length)
  const found = findSeries(owner, hash, start, length)
  if (found >= 0) return found
  return addSeries(owner, hash, start, length, number) ? number : unknown
}
