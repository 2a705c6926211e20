import type { Encoding } from '../tables'

/** A file's text, and how it was written. */
export interface Decoded {
  text: string
  encoding: Encoding
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })
const looked = 8000

/**
 * UTF-8, UTF-16 by its mark or its zeros, else Latin-1; undefined for what is no text. NUL characters, which no database holds, become
 * spaces of the same width.
 */
export function decodeText(bytes: Uint8Array): Decoded | undefined {
  const utf16 = utf16Of(bytes)
  if (utf16) {
    const text = new TextDecoder(utf16).decode(bytes)
    return isText(text) ? { text: storable(text), encoding: utf16 } : undefined
  }
  if (bytes.subarray(0, looked).includes(0)) return undefined
  try {
    return { text: storable(strict.decode(bytes)), encoding: 'utf-8' }
  } catch {
    const text = new TextDecoder('latin1').decode(bytes)
    return isText(text) ? { text: storable(text), encoding: 'latin-1' } : undefined
  }
}

const storable = (text: string) => (text.includes('\0') ? text.replaceAll('\0', ' ') : text).toWellFormed()

function utf16Of(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  if (bytes.length < 8 || bytes.length % 2 === 1) return undefined
  const head = bytes.subarray(0, looked & ~1)
  const zeros = [0, 0]
  for (let at = 0; at < head.length; at++) if (head[at] === 0) zeros[at % 2]!++
  const most = head.length / 2
  if (zeros[1]! > most * 0.7 && zeros[0] === 0) return 'utf-16le'
  if (zeros[0]! > most * 0.7 && zeros[1] === 0) return 'utf-16be'
  return undefined
}

/** Few control characters: what a person can read. */
function isText(text: string): boolean {
  const head = text.slice(0, looked)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is counted
  const controls = head.match(/[\u0000-\u0008\u000e-\u001a\u001c-\u001f\u007f-\u009f\ufffd]/g)?.length ?? 0
  return controls * 50 <= head.length
}
