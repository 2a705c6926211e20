/** A searchable word and where it stands in the text (UTF-16 offsets, end exclusive). */
export interface Token {
  word: string
  start: number
  end: number
}

/** Longer words are cut here, when stored and when asked for. Characters. */
const longestWord = 64

/**
 * What can be a word, in this order: a number with thousands commas, one character of a script that is written without
 * blanks, a run of letters and digits, one pictograph.
 */
const candidates =
  /(?<![\p{L}\p{N}])\d{1,3}(?:,\d{3})+(?!\d)[\p{L}\p{N}\p{M}]*|[[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}]&&[\p{L}\p{N}]]\p{M}*|[[\p{L}\p{N}\p{M}]--[[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}]&&[\p{L}\p{N}]]]+|\p{Extended_Pictographic}/gv

const ascii = /^[\x20-\x7e\n\t]*$/
const asciiNumber = /\d{1,3}(?:,\d{3})+(?!\d)[a-z0-9]*/y
const words = /[\p{L}\p{N}]+|\p{Extended_Pictographic}/gu

/**
 * Cuts text into the words that search knows. Both databases store exactly these, so both give the same answers:
 *
 * - letter case, accents and compatibility forms do not count (`Économie` = `economie`, `ﬁ` = `fi`, `ß` = `ss`);
 * - everything but letters and digits separates: `BTC-USD` is `btc usd`, `$BTC` is `btc`, `don't` is `don t`;
 * - thousands commas vanish, a decimal point separates: `45,000.50` is `45000 50`, the same as `45000.50`;
 * - Chinese characters and Japanese kana are one word each, and so is a pictograph.
 */
export function tokenize(text: string): Token[] {
  return ascii.test(text) ? asciiTokens(text) : unicodeTokens(text)
}

/** Most text: a loop over characters is five times as fast as the expressions that other scripts need. */
function asciiTokens(text: string): Token[] {
  const tokens: Token[] = []
  const lower = text.toLowerCase()
  const numbers = lower.includes(',')
  for (let at = 0; at < lower.length; ) {
    if (!isAlphanumeric(lower.charCodeAt(at))) {
      at++
      continue
    }
    const start = at
    const number = numbers ? numberAt(lower, at) : undefined
    if (number) at += number.length
    else while (at < lower.length && isAlphanumeric(lower.charCodeAt(at))) at++
    const word = number ? number.replaceAll(',', '') : lower.slice(start, at)
    tokens.push({ word: word.slice(0, longestWord), start, end: at })
  }
  return tokens
}

/** Of lower-case ASCII. */
const isAlphanumeric = (code: number) => (code >= 97 && code <= 122) || (code >= 48 && code <= 57)

/** A number with thousands commas that begins here. */
function numberAt(text: string, at: number): string | undefined {
  asciiNumber.lastIndex = at
  return asciiNumber.exec(text)?.[0]
}

function unicodeTokens(text: string): Token[] {
  const tokens: Token[] = []
  for (const match of text.matchAll(candidates)) {
    const end = match.index + match[0].length
    for (const word of folded(match[0])) tokens.push({ word, start: match.index, end })
  }
  return tokens
}

/** One candidate in its stored form; compatibility forms such as `½` can be several words. */
function folded(candidate: string): string[] {
  const plain = candidate
    .replaceAll(',', '')
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}+/gu, '')
    .replaceAll('ß', 'ss')
    .replaceAll('ς', 'σ')
    .normalize('NFC')
  return (plain.match(words) ?? []).map(cut)
}

const cut = (word: string) => (word.length <= longestWord ? word : [...word].slice(0, longestWord).join(''))

/** True for a word of a script without blanks: it is a single character and has no longer forms. */
export const standsAlone = (word: string) =>
  /^(?:[[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}]&&\p{L}]|\p{Extended_Pictographic})$/v.test(word)
