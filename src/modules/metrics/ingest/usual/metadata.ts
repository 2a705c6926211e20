import { limits } from '../limits'
import {
  ascii,
  type Body,
  behindBlank,
  behindNumber,
  behindSign,
  behindText,
  closingBrace,
  colon,
  comma,
  giveUp,
  openingBrace,
  quote,
  startsWith,
} from './scan'

/** Behind an object of plain values that metadata may be. */
export function behindMetadata(body: Body, start: number): number {
  const { bytes } = body
  if (bytes[start] !== openingBrace) giveUp()
  let at = start + 1
  if (bytes[at] === closingBrace) return at + 1
  for (let fields = 0; fields < limits.metadata; fields++) {
    const key = at
    at = behindText(bytes, key)
    if (at - key - 2 > limits.key) giveUp()
    at = behindValue(body, behindSign(bytes, at, colon))
    if (bytes[at] !== comma) return bytes[at] === closingBrace ? at + 1 : giveUp()
    at = behindBlank(bytes, at + 1)
  }
  return giveUp()
}

const words = ['null', 'true', 'false'].map(ascii)
/** The highest byte that a number begins with. */
const nine = 0x39

function behindValue(body: Body, at: number): number {
  const { bytes } = body
  const first = bytes[at]!
  if (first === quote) {
    const end = behindText(bytes, at)
    return end - at - 2 > limits.metadataValue ? giveUp() : end
  }
  if (first <= nine) return behindNumber(bytes, at)
  for (const word of words) if (startsWith(body, at, word)) return at + word.length
  return giveUp()
}
