/**
 * Reads JSON in its usual form straight from bytes: ASCII, at most one blank behind a colon or comma, numbers without exponent. Every function
 * begins at a place and gives the place behind what it has read. What is written otherwise, be it right or wrong, ends the reading: it throws `unusual`.
 */
const unusual = new Error('not in the usual form')

export function giveUp(): never {
  throw unusual
}

/** What `read` gives; undefined where it gives up. */
export function ifUsual<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error === unusual) return undefined
    throw error
  }
}

export const [blank, quote, comma, minus, dot, colon] = [0x20, 0x22, 0x2c, 0x2d, 0x2e, 0x3a]
export const [openingBrace, closingBrace] = [0x7b, 0x7d]
const zero = 0x30
const backslash = 0x5c

/** 1 for what stands for itself in a text. */
const plain = new Uint8Array(256).fill(1, blank, 0x7f)
plain[quote] = 0
plain[backslash] = 0

/** Bytes of a body, and the same four at a time. */
export interface Body {
  bytes: Uint8Array
  view: DataView
}

export const bodyOf = (bytes: Uint8Array): Body => ({
  bytes,
  view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
})

/** An ASCII text of four bytes or more, as numbers of four bytes each; the last ones may overlap. */
export interface Word {
  length: number
  parts: Int32Array
}

export function wordOf({ bytes, view }: Body): Word {
  const { length } = bytes
  const parts = Array.from({ length: Math.ceil(length / 4) }, (_, part) =>
    view.getInt32(Math.min(4 * part, length - 4), true),
  )
  return { length, parts: Int32Array.from(parts) }
}

export const ascii = (text: string): Word => wordOf(bodyOf(new TextEncoder().encode(text)))

export function startsWith({ view }: Body, at: number, { length, parts }: Word): boolean {
  const last = at + length - 4
  if (last + 4 > view.byteLength) return false
  let part = 0
  for (let from = at; from < last; from += 4) if (view.getInt32(from, true) !== parts[part++]) return false
  return view.getInt32(last, true) === parts[part]
}

export const behindBlank = (bytes: Uint8Array, at: number): number => (bytes[at] === blank ? at + 1 : at)

/** Behind the colon or comma, and the blank after it. */
export function behindSign(bytes: Uint8Array, at: number, sign: number): number {
  if (bytes[at] !== sign) giveUp()
  return behindBlank(bytes, at + 1)
}

/** Behind a text with its quotes; its escapes are checked, and left as they are. */
export function behindText(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== quote) giveUp()
  let end = at + 1
  for (;;) {
    while (end < bytes.length && plain[bytes[end]!] === 1) end++
    if (bytes[end] !== backslash) break
    end = behindEscape(bytes, end)
  }
  return bytes[end] === quote ? end + 1 : giveUp()
}

const short = new Set(Buffer.from('"\\/bfnrt'))

function behindEscape(bytes: Uint8Array, at: number): number {
  const sign = bytes[at + 1]!
  if (short.has(sign)) return at + 2
  if (sign !== 0x75 || !/^[\da-f]{4}$/i.test(String.fromCharCode(...bytes.subarray(at + 2, at + 6)))) giveUp()
  return at + 6
}

/** 0 to 9 for a digit, else something that is not less than 10. */
export const digitAt = (bytes: Uint8Array, at: number): number => {
  const digit = bytes[at]! - zero
  return digit >= 0 ? digit : 10
}

/** The number that `behindNumber` read last. */
export let number = 0

/** More digits than these are not read exactly. */
const mostDigits = 15
const powers = Array.from({ length: mostDigits + 1 }, (_, exponent) => 10 ** exponent)

/** Behind a number, which stands in `number` then: exactly the one that its text is, for both parts of the fraction are exact. */
export function behindNumber(bytes: Uint8Array, at: number): number {
  const negative = bytes[at] === minus
  const start = negative ? at + 1 : at
  let end = start
  let digits = 0
  for (let digit = digitAt(bytes, end); digit < 10; digit = digitAt(bytes, ++end))
    digits = 10 * digits + digit
  let length = end - start
  if (length === 0 || (length > 1 && bytes[start] === zero)) giveUp()
  let decimals = 0
  if (bytes[end] === dot) {
    const from = ++end
    for (let digit = digitAt(bytes, end); digit < 10; digit = digitAt(bytes, ++end))
      digits = 10 * digits + digit
    decimals = end - from
    length += decimals
    if (decimals === 0) giveUp()
  }
  if (length > mostDigits || (bytes[end]! | blank) === 0x65) giveUp()
  const size = decimals === 0 ? digits : digits / powers[decimals]!
  number = negative ? -size : size
  return end
}
