import { longestKey, longestText, mostFields } from './limits'
import { behindNumber } from './number'
import {
  behindBlank,
  behindText,
  closingBrace,
  colon,
  comma,
  escaped,
  forgetEscapes,
  lengthOf,
  openingBrace,
  quote,
  startsWith,
  wordFalse,
  wordNull,
} from './scan'

/** The metadata that `behindMetadata` read last may name an error code: they do, or would have to be taken apart to tell. */
export let coded: bool = false

/** Behind an object of plain values that metadata may be. */
export function behindMetadata(start: usize): usize {
  coded = false
  forgetEscapes()
  const end = behindObject(start)
  if (escaped) coded = true
  return end
}

function behindObject(start: usize): usize {
  if (load<u8>(start) !== openingBrace) return 0
  let at = start + 1
  if (load<u8>(at) === closingBrace) return at + 1
  for (let field = 0; field < mostFields; field++) {
    at = behindMember(at)
    if (at === 0) return 0
    if (load<u8>(at) !== comma) return load<u8>(at) === closingBrace ? at + 1 : 0
    at = behindBlank(at + 1)
  }
  return 0
}

function behindMember(key: usize): usize {
  const end = behindText(key)
  if (end === 0 || <i32>(end - key - 2) > longestKey || load<u8>(end) !== colon) return 0
  const value = behindBlank(end + 1)
  // Most say that there was none.
  if (load<u64>(key) === codeStart && !startsWith(value, wordNull)) coded = true
  return behindValue(value)
}

/** `"error_c`, with which the name of a code begins and hardly any other. */
const codeStart: u64 = ((<u64>0x635f726f) << 32) | 0x72726522

/** The highest byte that a number begins with. */
const nine: u8 = 0x39

function behindValue(at: usize): usize {
  const first = load<u8>(at)
  if (first === quote) {
    const end = behindText(at)
    return end === 0 || <i32>(end - at - 2) > longestText ? 0 : end
  }
  if (first <= nine) return behindNumber(at)
  for (let word = wordNull; word <= wordFalse; word++) if (startsWith(at, word)) return at + lengthOf(word)
  return 0
}
