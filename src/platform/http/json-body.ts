import { AppError } from '../../core/errors'

/** Deeper nesting is refused: what walks a value later must not run out of stack. */
export const deepest = 100

const decoder = new TextDecoder('utf-8', { fatal: true })

const malformed = (detail: string) => new AppError('malformed', detail)

const tooDeep = `body nests deeper than ${deepest} levels`

/** Throws `unsupported_media_type` unless the body is declared as plain JSON in UTF-8. */
export function checkJsonType(headers: Headers): void {
  const type = headers.get('content-type') ?? ''
  const match = /^application\/(?:[\w.-]+\+)?json\s*(?:;\s*charset\s*=\s*"?(?:utf-8|us-ascii)"?\s*)?$/i.test(
    type.trim(),
  )
  if (!match) {
    throw new AppError('unsupported_media_type', 'Send the body as JSON, with Content-Type: application/json')
  }
  const encoding = headers.get('content-encoding')
  if (encoding !== null && encoding.toLowerCase() !== 'identity') {
    throw new AppError('unsupported_media_type', 'Send the body without Content-Encoding', {
      headers: { 'Accept-Encoding': 'identity' },
    })
  }
}

/** The JSON value of a body; throws `malformed` when it does not parse. */
export function parseJson(bytes: Uint8Array): unknown {
  let text: string
  try {
    text = decoder.decode(bytes)
  } catch {
    throw malformed('The body is not valid UTF-8')
  }
  if (isTooDeep(text)) throw malformed(`The ${tooDeep}`)
  try {
    return JSON.parse(text)
  } catch {
    throw malformed('The body is not valid JSON')
  }
}

/** A byte order mark is dropped. */
const hasGrown = (bytes: number) => bytes !== 0 && bytes !== -3

/**
 * Why a body is not to be parsed at all: broken UTF-8 (that it was decoded to other text shows in its length, unless all that is broken are characters
 * of four bytes without their last), or too deep nesting. Undefined for a sound one. `announced` is its length in bytes where that is known.
 * To decode the bytes strictly costs every call 2 % more.
 */
export function faultOfText(text: string, announced: number | null): string | undefined {
  if (announced !== null && text.includes('\ufffd') && hasGrown(Buffer.byteLength(text) - announced))
    return 'the body is not valid UTF-8'
  return isTooDeep(text) ? `the ${tooDeep}` : undefined
}

const quote = 0x22
const backslash = 0x5c

/** Looks at JSON without parsing it. */
function isTooDeep(text: string): boolean {
  // What opens is closed in what can be parsed.
  if (text.length <= 2 * deepest) return false
  if (hasFew(text, '{', deepest / 2) && hasFew(text, '[', deepest / 2)) return false
  let depth = 0
  let inText = false
  for (let at = 0; at < text.length; at++) {
    const sign = text.charCodeAt(at)
    if (inText) {
      if (sign === backslash) at++
      else if (sign === quote) inText = false
    } else if (sign === quote) inText = true
    else if (isOpening(sign)) {
      if (++depth > deepest) return true
    } else if (isClosing(sign)) depth--
  }
  return false
}

/** A search for one sign is many times quicker than a look at each. */
function hasFew(text: string, sign: string, most: number): boolean {
  let at = -1
  for (let count = 0; count <= most; count++) {
    at = text.indexOf(sign, at + 1)
    if (at < 0) return true
  }
  return false
}

/** `[` and `{`. */
const isOpening = (sign: number) => sign === 0x5b || sign === 0x7b
/** `]` and `}`. */
const isClosing = (sign: number) => sign === 0x5d || sign === 0x7d
