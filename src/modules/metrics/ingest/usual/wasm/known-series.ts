import { highTail, lowTail, setTail } from './dimensions'
import { entries, entriesEnd, table } from './memory'

/** Series that are known; then all are to be forgotten. */
const mostKnown: u32 = 50_000
/** Places of the table at the start; a power of two. */
const fewestPlaces: u32 = 1024
/** Places that are looked at for one object. */
const mostSteps: u32 = 64
/** Bytes of an entry before the dimensions: hash, owner, number, bytes of the dimensions. */
const head: usize = 16

export const unknown: i32 = -1
/** So many stand in the way of a hash that it is not looked for any further. */
export const crowded: i32 = -2

let places: u32 = fewestPlaces
let count: u32 = 0
let end: usize = entries

/** The number of the series that `owner` has for these dimensions, whose tail is set; `unknown`, `crowded`. */
export function findSeries(owner: u32, hash: u32, start: usize, length: u32): i32 {
  let place = hash & (places - 1)
  for (let step: u32 = 1; step <= mostSteps; step++) {
    const entry = load<u32>(slotAt(place), 4)
    if (entry === 0) return unknown
    if (load<u32>(slotAt(place)) === hash && isSame(entry, owner, start, length)) return load<i32>(entry, 8)
    place = (place + step) & (places - 1)
  }
  return crowded
}

/** Remembers a series under a number. False where no more are remembered. */
export function addSeries(owner: u32, hash: u32, start: usize, length: u32, number: i32): bool {
  const size = head + padded(length)
  if (count === mostKnown || end + size > entriesEnd) return false
  const entry = end
  store<u32>(entry, hash)
  store<u32>(entry, owner, 4)
  store<i32>(entry, number, 8)
  store<u32>(entry, length, 12)
  memory.fill(entry + size - 16, 0, 16)
  memory.copy(entry + head, start, length)
  end += size
  count++
  if (count > places >> 1) spread()
  else put(hash, entry)
  return true
}

export function forgetSeries(): void {
  memory.fill(table, 0, slotSize * places)
  places = fewestPlaces
  count = 0
  end = entries
}

const slotSize: usize = 8

function slotAt(place: u32): usize {
  return table + slotSize * place
}

/** Dimensions are compared 16 bytes at a time. */
function padded(length: u32): usize {
  return (<usize>length + 15) & ~15
}

function isSame(entry: usize, owner: u32, start: usize, length: u32): bool {
  if (load<u32>(entry, 4) !== owner || load<u32>(entry, 12) !== length) return false
  let kept = entry + head
  const tail = start + padded(length) - 16
  for (let at = start; at < tail; at += 16) {
    if (v128.any_true(v128.xor(v128.load(at), v128.load(kept)))) return false
    kept += 16
  }
  return load<u64>(kept) === lowTail && load<u64>(kept, 8) === highTail
}

/** Sets the tail of dimensions that were found before others. */
export function setTailOf(start: usize, length: u32): void {
  setTail(start + padded(length) - 16, start + length)
}

/** The steps become longer, so that what is crowded spreads. */
function put(hash: u32, entry: usize): void {
  let place = hash & (places - 1)
  for (let step: u32 = 1; load<u32>(slotAt(place), 4) !== 0; step++) place = (place + step) & (places - 1)
  store<u32>(slotAt(place), hash)
  store<u32>(slotAt(place), <u32>entry, 4)
}

/** The same in twice as many places. */
function spread(): void {
  memory.fill(table, 0, slotSize * places)
  places *= 2
  for (let entry = entries; entry < end; entry += head + padded(load<u32>(entry, 12)))
    put(load<u32>(entry), entry)
}
