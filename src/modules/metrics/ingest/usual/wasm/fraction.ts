/**
 * Numbers whose digits or power of ten are too large for one division: the algorithm of Lemire ("Number parsing at a gigabyte per second", 2021) without its
 * fallback, which Mushtak and Lemire (2023) have shown to be needless. The digits are multiplied with 128 bits of the reciprocal of a power of five.
 */

/** The most decimals that `fractionOf` takes. */
export const mostDecimals: i32 = 27

/** 1 / 5, 1 / 25, … to 128 bits, the first of which is 1: four words each, the highest first. */
const reciprocals: StaticArray<u32> = [
  0xcccccccc, 0xcccccccc, 0xcccccccc, 0xcccccccd, 0xa3d70a3d, 0x70a3d70a, 0x3d70a3d7, 0x0a3d70a4, 0x83126e97,
  0x8d4fdf3b, 0x645a1cac, 0x083126ea, 0xd1b71758, 0xe219652b, 0xd3c36113, 0x404ea4a9, 0xa7c5ac47, 0x1b478423,
  0x0fcf80dc, 0x33721d54, 0x8637bd05, 0xaf6c69b5, 0xa63f9a49, 0xc2c1b110, 0xd6bf94d5, 0xe57a42bc, 0x3d329076,
  0x04691b4d, 0xabcc7711, 0x8461cefc, 0xfdc20d2b, 0x36ba7c3e, 0x89705f41, 0x36b4a597, 0x31680a88, 0xf8953031,
  0xdbe6fece, 0xbdedd5be, 0xb573440e, 0x5a884d1c, 0xafebff0b, 0xcb24aafe, 0xf78f69a5, 0x1539d749, 0x8cbccc09,
  0x6f5088cb, 0xf93f87b7, 0x442e45d4, 0xe12e1342, 0x4bb40e13, 0x2865a5f2, 0x06b06fba, 0xb424dc35, 0x095cd80f,
  0x538484c1, 0x9ef38c95, 0x901d7cf7, 0x3ab0acd9, 0x0f9d3701, 0x4bf60a11, 0xe69594be, 0xc44de15b, 0x4c2ebe68,
  0x7989a9b4, 0xb877aa32, 0x36a4b449, 0x09befeb9, 0xfad487c3, 0x9392ee8e, 0x921d5d07, 0x3aff322e, 0x62439fd0,
  0xec1e4a7d, 0xb69561a5, 0x2b31e9e3, 0xd06c32e6, 0xbce50864, 0x92111aea, 0x88f4bb1c, 0xa6bcf585, 0x971da050,
  0x74da7bee, 0xd3f6fc16, 0xebca5e04, 0xf1c90080, 0xbaf72cb1, 0x5324c68b, 0x12dd6339, 0xc16d9a00, 0x95928a27,
  0x75b7053c, 0x0f178294, 0x9abe14cd, 0x44753b52, 0xc4926a96, 0x72793543, 0xf79687ae, 0xd3eec551, 0x3a83ddbd,
  0x83f52205, 0xc6120625, 0x76589dda, 0x95364afe, 0x032a819e, 0x9e74d1b7, 0x91e07e48, 0x775ea264, 0xcf55347e,
]

/** Two words from a place on. */
function wordsAt(place: i32): u64 {
  return ((<u64>unchecked(reciprocals[place])) << 32) | unchecked(reciprocals[place + 1])
}

/** Bits of a double behind its leading one. */
const mantissaBits: u64 = 52
const bias: i32 = 1023

/** The double that is closest to `digits`, not 0, by ten to the power of `decimals`, 1 to `mostDecimals`; of two as close the even one. */
export function fractionOf(digits: u64, decimals: i32): f64 {
  const zeros = clz(digits)
  const place = 4 * (decimals - 1)
  multiply(digits << zeros, wordsAt(place))
  let high = productHigh
  let low = productLow
  // Only then can what the lower word adds reach the bits that count.
  if ((high & 0x1ff) === 0x1ff) {
    multiply(digits << zeros, wordsAt(place + 2))
    low += productHigh
    if (productHigh > low) high++
  }
  const upper = high >> 63
  const shift = upper + 9
  let mantissa = high >> shift
  // Halfway between two doubles, as only products with few powers of five are.
  if (low <= 1 && decimals <= 4 && (mantissa & 3) === 1 && mantissa << shift === high) mantissa--
  mantissa = (mantissa + (mantissa & 1)) >> 1
  const exponent = ((217706 * -decimals) >> 16) + 63 + <i32>upper - <i32>zeros + bias
  // A mantissa that was rounded up to two has its one in the exponent.
  return reinterpret<f64>(((<u64>(exponent - 1)) << mantissaBits) + mantissa)
}

let productHigh: u64 = 0
let productLow: u64 = 0

function multiply(a: u64, b: u64): void {
  const lows = (a & 0xffffffff) * (b & 0xffffffff)
  const left = (a >> 32) * (b & 0xffffffff)
  const right = (a & 0xffffffff) * (b >> 32)
  const middle = (lows >> 32) + (left & 0xffffffff) + (right & 0xffffffff)
  productHigh = (a >> 32) * (b >> 32) + (left >> 32) + (right >> 32) + (middle >> 32)
  productLow = (middle << 32) | (lows & 0xffffffff)
}
