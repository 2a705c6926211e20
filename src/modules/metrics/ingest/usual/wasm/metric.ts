import { dimensionsEnd, dimensionsHash, findDimensions } from './dimensions'
import { crowded, findSeries, unknown } from './known-series'
import { future, mostDuration, mostValue } from './limits'
import {
  durations,
  hashes,
  input,
  lengths,
  metadata,
  series,
  sizes,
  starts,
  times,
  types,
  values,
} from './memory'
import { behindMetadata, coded } from './metadata'
import { behindNumber, number } from './number'
import {
  behindBlank,
  closingBrace,
  comma,
  fields,
  firstType,
  lengthOf,
  openingBrace,
  startsWith,
  typeCount,
  wordNull,
} from './scan'
import { behindTime, time } from './time'

/** Who sends the body, when it came, and where it ends. */
let sender: i32 = 0
let now: f64 = 0
let bodyEnd: usize = 0
/** Bytes of metadata so far. */
export let metadataSize: usize = 0

export function beginBody(from: i32, at: f64, end: usize): void {
  sender = from
  now = at
  bodyEnd = end
  metadataSize = 0
}

/** Of the metric that is being read. */
let type: i32 = 0
let dimensions: usize = 0
let length: u32 = 0

/** `type` and `value`, a bit each. */
const needed: i32 = 0b101

/** Behind the metric that begins at `start`, which becomes a row. */
export function behindMetric(start: usize, row: i32): usize {
  if (load<u8>(start) !== openingBrace) return 0
  begin(row)
  let at = start
  let seen = 0
  let field = -1
  do {
    const key = at === start ? at + 1 : behindBlank(at + 1)
    field = fieldAt(key, field + 1)
    if (field === fields || (seen & (1 << field)) !== 0) return 0
    seen |= 1 << field
    at = behindField(field, behindBlank(key + lengthOf(field)), row)
    if (at === 0) return 0
  } while (load<u8>(at) === comma)
  if (load<u8>(at) !== closingBrace || (seen & needed) !== needed) return 0
  return setSeries(row) ? at + 1 : 0
}

function begin(row: i32): void {
  store<f64>(times + 8 * row, now)
  store<f64>(durations + 8 * row, NaN)
  store<i32>(sizes + 4 * row, 0)
  dimensions = input
  length = 0
}

/** The field whose key stands there; most often it is the one that `guess` says. `fields` for none. */
function fieldAt(at: usize, guess: i32): i32 {
  if (guess < fields && startsWith(at, guess)) return guess
  for (let field = 0; field < fields; field++) if (startsWith(at, field)) return field
  return fields
}

function behindField(field: i32, at: usize, row: i32): usize {
  switch (field) {
    case 0:
      return behindType(at)
    case 1: {
      const end = behindTime(at)
      if (end === 0 || time > now + future) return 0
      store<f64>(times + 8 * row, time)
      return end
    }
    case 2: {
      const end = behindNumber(at)
      if (end === 0 || abs(number) > mostValue) return 0
      store<f64>(values + 8 * row, number)
      return end
    }
    case 3:
      return behindDuration(at, row)
    case 4:
      return behindDimensions(at)
    default:
      return takeMetadata(at, row)
  }
}

function behindType(at: usize): usize {
  for (type = 0; type < typeCount; type++)
    if (startsWith(at, firstType + type)) return at + lengthOf(firstType + type)
  return 0
}

function behindDuration(at: usize, row: i32): usize {
  if (startsWith(at, wordNull)) return at + lengthOf(wordNull)
  const end = behindNumber(at)
  if (end === 0 || !(number >= 0 && number <= mostDuration)) return 0
  store<f64>(durations + 8 * row, number)
  return end
}

function behindDimensions(at: usize): usize {
  if (!findDimensions(at, bodyEnd)) return 0
  dimensions = at
  length = <u32>(dimensionsEnd - at)
  return dimensionsEnd
}

/** Bytes of `{}`. */
const empty: usize = 2

function takeMetadata(at: usize, row: i32): usize {
  const end = behindMetadata(at)
  if (end === 0 || end - at === empty) return end
  const size = <i32>(end - at)
  store<i32>(sizes + 4 * row, coded ? size : -size)
  // What is copied beyond the end is written over by the next.
  for (let from = at, to = metadata + metadataSize; from < end; from += 16, to += 16)
    v128.store(to, v128.load(from))
  metadataSize += end - at
  return end
}

/** Every bit of a number in others. */
const factor: u32 = 0x9e3779b1

export function ownerOf(type: i32): u32 {
  return <u32>(sender * typeCount + type)
}

function setSeries(row: i32): bool {
  const owner = ownerOf(type)
  const hash = dimensionsHash ^ (owner * factor)
  const found = length === 0 ? unknown : findSeries(owner, hash, dimensions, length)
  store<i32>(series + 4 * row, found)
  store<i32>(types + 4 * row, type)
  store<i32>(starts + 4 * row, <i32>(dimensions - input))
  store<u32>(lengths + 4 * row, length)
  store<u32>(hashes + 4 * row, hash)
  return found !== crowded
}
