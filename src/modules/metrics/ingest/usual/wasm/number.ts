import { digitOf, dot, minus } from './scan'

/** The number that `behindNumber` read last. */
export let number: f64 = 0

/** More digits than these are not read exactly. */
const mostDigits: i32 = 15
const powers: StaticArray<f64> = [
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
]

let digits: u64 = 0

function behindDigits(start: usize): usize {
  let at = start
  for (let digit = digitOf(load<u8>(at)); digit < 10; digit = digitOf(load<u8>(++at)))
    digits = 10 * digits + digit
  return at
}

/** Behind a number, which stands in `number` then: exactly the one that its text is, for both parts of the fraction are exact. */
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
  if (length > mostDigits || (load<u8>(end) | 0x20) === 0x65) return 0
  const size = decimals === 0 ? <f64>digits : <f64>digits / unchecked(powers[decimals])
  number = negative ? -size : size
  return end
}
