/** What a character begins, or is part of. Everything beyond ASCII may stand in a name. */
export const [blank, feed, letter, digit, quote, slash, hash, sign] = [0, 1, 2, 3, 4, 5, 6, 7]

const classes = new Uint8Array(128).map((_, code) => classOf(String.fromCharCode(code)))

function classOf(character: string): number {
  if (/[A-Za-z_$]/.test(character)) return letter
  if (/\d/.test(character)) return digit
  if (/["']/.test(character)) return quote
  if (character === '\n') return feed
  if (character === '/') return slash
  if (character === '#') return hash
  // A backslash only joins lines here.
  return /[!-~]/.test(character) && character !== '\\' ? sign : blank
}

export const characterClass = (code: number): number => (code < 128 ? classes[code]! : letter)

export const codes = {
  feed: 10,
  return: 13,
  quote: 34,
  apostrophe: 39,
  star: 42,
  plus: 43,
  minus: 45,
  dot: 46,
  slash: 47,
  backslash: 92,
}

/** Where the name that goes on at `at` ends. */
export function endOfWord(text: string, at: number): number {
  while (at < text.length) {
    const kind = characterClass(text.charCodeAt(at))
    if (kind !== letter && kind !== digit) break
    at++
  }
  return at
}

/** Where a number ends that goes on at `at`: `0x1p-3`, `1'000`, `3.f`. */
export function endOfNumber(text: string, at: number): number {
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at)
    const kind = characterClass(code)
    if (kind === letter || kind === digit || code === codes.dot) continue
    const before = text.charCodeAt(at - 1) | 32
    const isExponent = (code === codes.plus || code === codes.minus) && (before === 101 || before === 112)
    const isSeparator = code === codes.apostrophe && endOfWord(text, at + 1) > at + 1
    if (!isExponent && !isSeparator) break
  }
  return at
}

/** Behind the literal that begins with the quote at `at`; one that nothing closes ends with its line. */
export function endOfLiteral(text: string, at: number): number {
  const closing = text.charCodeAt(at)
  for (at++; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === closing) return at + 1
    if (code === codes.feed) return at
    if (code === codes.backslash) at++
  }
  return text.length
}

const rawPrefix = /^(u8|[uUL])?R$/
const rawOpening = /"([^()\\\s]{0,16})\(/y

/** Behind the raw string whose quote is at `quoteAt`, behind the word from `wordAt`; -1 when it is none. */
export function endOfRawString(text: string, wordAt: number, quoteAt: number): number {
  if (quoteAt - wordAt > 3 || !rawPrefix.test(text.slice(wordAt, quoteAt))) return -1
  rawOpening.lastIndex = quoteAt
  const opening = rawOpening.exec(text)
  if (!opening) return -1
  const close = `)${opening[1]}"`
  const end = text.indexOf(close, quoteAt + opening[0].length)
  return end < 0 ? text.length : end + close.length
}

/** Behind the comment at `at`; `at` itself when none begins there. The line feed behind `//…` is no part of it. */
export function endOfComment(text: string, at: number): number {
  const next = text.charCodeAt(at + 1)
  if (next === codes.star) {
    const close = text.indexOf('*/', at + 2)
    return close < 0 ? text.length : close + 2
  }
  return next === codes.slash ? endOfLine(text, at) : at
}

/** The line feed that ends a line, those behind a backslash not counted; the end of the text when there is none. */
export function endOfLine(text: string, at: number): number {
  for (let end = text.indexOf('\n', at); end >= 0; end = text.indexOf('\n', end + 1)) {
    const last = text.charCodeAt(end - 1) === codes.return ? end - 2 : end - 1
    if (last < at || text.charCodeAt(last) !== codes.backslash) return end
  }
  return text.length
}
