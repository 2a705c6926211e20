import { fractionOf, mostDecimals } from './fraction'
import { digitOf, dot, minus, zero } from './scan'

/** The number that `behindNumber` read last. */
export let number: f64 = 0

/** So many digits are a double, and a power of ten with as many zeros is one: what comes of dividing one by the other is exact. */
const fewDigits: i32 = 15
/** So many digits are a 64-bit integer. */
const mostDigits: i32 = 19
const letterE: u8 = 0x65
const powers: StaticArray<f64> = [
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
]

let digits: u64 = 0
let shift: i32 = 0

function behindDigits(start: usize): usize {
  let at = start
  for (let digit = digitOf(load<u8>(at)); digit < 10; digit = digitOf(load<u8>(++at)))
    digits = 10 * digits + digit
  return at
}

/** Behind a number without exponent, or with a small negative one, which stands in `number` then: the double that is closest to its text. */
export function behindNumber(at: usize): usize {
  const negative = load<u8>(at) === minus
  const start = negative ? at + 1 : at
  digits = 0
  let end = behindDigits(start)
  let length = <i32>(end - start)
  if (length === 0 || (length > 1 && digitOf(load<u8>(start)) === 0)) return 0
  let decimals = 0
  if (load<u8>(end) === dot) {
    const from = end + 1
    end = behindDigits(from)
    decimals = <i32>(end - from)
    if (decimals === 0) return 0
    length += decimals
  }
  if ((load<u8>(end) | 0x20) === letterE) {
    end = behindExponent(end + 1)
    if (end === 0) return 0
    decimals += shift
  }
  if (max(length, decimals) > fewDigits && !isExact(start, length, decimals)) return 0
  const size = sizeOf(length, decimals)
  number = negative ? -size : size
  return end
}

/** Behind a negative exponent of one or two digits, as small numbers have, which stands in `shift` then. */
function behindExponent(at: usize): usize {
  const first = digitOf(load<u8>(at + 1))
  if (load<u8>(at) !== minus || first > 9) return 0
  const second = digitOf(load<u8>(at + 2))
  shift = <i32>(second > 9 ? first : 10 * first + second)
  return second > 9 ? at + 2 : at + 3
}

/** Zeros at the start are no digits: `0.00012345678901234567` has seventeen. */
function isExact(start: usize, length: i32, decimals: i32): bool {
  let count = length
  for (let at = start; load<u8>(at) === zero || load<u8>(at) === dot; at++) if (load<u8>(at) === zero) count--
  return count <= mostDigits && decimals <= mostDecimals
}

function sizeOf(length: i32, decimals: i32): f64 {
  if (decimals === 0 || digits === 0) return <f64>digits
  return max(length, decimals) > fewDigits
    ? fractionOf(digits, decimals)
    : <f64>digits / unchecked(powers[decimals])
}
