import { wordSize, words } from './memory'

export const quote: u8 = 0x22
export const comma: u8 = 0x2c
export const minus: u8 = 0x2d
export const dot: u8 = 0x2e
export const zero: u8 = 0x30
export const colon: u8 = 0x3a
export const openingBracket: u8 = 0x5b
export const closingBracket: u8 = 0x5d
export const openingBrace: u8 = 0x7b
export const closingBrace: u8 = 0x7d
const blank: u8 = 0x20
const backslash: u8 = 0x5c

/** Places of words: the names of the fields come first, then the types. */
export const fields: i32 = 6
export const firstType: i32 = fields
export const typeCount: i32 = 7
export const wordNull: i32 = firstType + typeCount
export const wordTrue: i32 = wordNull + 1
export const wordFalse: i32 = wordNull + 2
export const wordOffset: i32 = wordNull + 3

export function lengthOf(word: i32): usize {
  return load<u32>(words + wordSize * word, 64)
}

/** A word of at most 32 bytes stands there. */
export function startsWith(at: usize, word: i32): bool {
  const text = words + wordSize * word
  const first = v128.and(v128.xor(v128.load(at), v128.load(text)), v128.load(text, 32))
  const second = v128.and(v128.xor(v128.load(at, 16), v128.load(text, 16)), v128.load(text, 48))
  return !v128.any_true(v128.or(first, second))
}

export function behindBlank(at: usize): usize {
  return load<u8>(at) === blank ? at + 1 : at
}

/** Texts that `behindText` came by had an escape. */
export let escaped: bool = false

export function forgetEscapes(): void {
  escaped = false
}

/** Behind a text with its quotes; its escapes are checked, and left as they are. */
export function behindText(start: usize): usize {
  if (load<u8>(start) !== quote) return 0
  let at = start + 1
  while (at !== 0) {
    const mask = i8x16.bitmask(special(v128.load(at)))
    if (mask === 0) {
      at += 16
      continue
    }
    at += ctz(mask)
    const sign = load<u8>(at)
    if (sign === quote) return at + 1
    at = sign === backslash ? behindEscape(at) : 0
  }
  return 0
}

/** What does not stand for itself in a text, or is not ASCII. */
function special(bytes: v128): v128 {
  const signs = v128.or(i8x16.eq(bytes, i8x16.splat(quote)), i8x16.eq(bytes, i8x16.splat(backslash)))
  return v128.or(signs, i8x16.gt_u(i8x16.sub(bytes, i8x16.splat(blank)), i8x16.splat(0x5e)))
}

function behindEscape(at: usize): usize {
  escaped = true
  const sign = load<u8>(at, 1)
  switch (sign) {
    case 0x22:
    case 0x5c:
    case 0x2f:
    case 0x62:
    case 0x66:
    case 0x6e:
    case 0x72:
    case 0x74:
      return at + 2
    case 0x75:
      break
    default:
      return 0
  }
  for (let digit = at + 2; digit < at + 6; digit++) if (!isHex(load<u8>(digit))) return 0
  return at + 6
}

function isHex(sign: u8): bool {
  const letter = sign | 0x20
  return digitOf(sign) < 10 || (letter >= 0x61 && letter <= 0x66)
}

/** 0 to 9 for a digit, else more. */
export function digitOf(sign: u8): u32 {
  return <u32>sign - 0x30
}
