import { longestDimensions } from './limits'
import { closingBrace } from './scan'

/** Behind the object that `findDimensions` found last, and its hash. */
export let dimensionsEnd: usize = 0
export let dimensionsHash: u32 = 0
/** Its last 1 to 16 bytes, with zeros behind them. */
export let lowTail: u64 = 0
export let highTail: u64 = 0

const factor: u64 = ((<u64>0x9e3779b9) << 32) | 0x7f4a7c15
const other: u64 = ((<u64>0xc2b2ae3d) << 32) | 0x27d4eb4f

/** The object without an object inside that begins there: it ends with the first brace that closes. Else its text is no JSON. */
export function findDimensions(start: usize, bodyEnd: usize): bool {
  let low = other
  let high = factor
  const last = min(bodyEnd, start + longestDimensions)
  for (let at = start; at < last; at += 16) {
    const mask = i8x16.bitmask(i8x16.eq(v128.load(at), i8x16.splat(closingBrace)))
    if (mask !== 0) {
      dimensionsEnd = at + ctz(mask) + 1
      setTail(at, dimensionsEnd)
      dimensionsHash = finished((rotl(low, 23) ^ lowTail) * factor, (rotl(high, 29) ^ highTail) * other)
      return true
    }
    low = (rotl(low, 23) ^ load<u64>(at)) * factor
    high = (rotl(high, 29) ^ load<u64>(at, 8)) * other
  }
  return false
}

/** Of 1 to 16 bytes. */
export function setTail(at: usize, end: usize): void {
  const bytes = end - at
  lowTail = lowest(load<u64>(at), bytes)
  highTail = bytes > 8 ? lowest(load<u64>(at, 8), bytes - 8) : 0
}

function lowest(word: u64, bytes: usize): u64 {
  return bytes >= 8 ? word : word & (((<u64>1) << (<u64>(8 * bytes))) - 1)
}

/** Every bit has its part in the low ones. */
function finished(low: u64, high: u64): u32 {
  const both = low ^ rotl(high, 32)
  const mixed = (both ^ (both >> 32)) * factor
  return <u32>(mixed ^ (mixed >> 29))
}
