/**
 * Neighbouring characters of a folded text, which the index is keyed by: three, or a blank with two on either side of it, for prose has the same trigrams
 * everywhere. A text that has a literal has all of the literal's. One that begins with a line feed is a whole name, which a piece has that defines it.
 */
export type Gram = string

/** What every piece has that defines this folded name. */
export const definingGram = (folded: string): Gram => `\n${folded}`

const mostTrigrams = 24
const mostSeams = 8

/** What a text with this folded literal must have: at most 24 trigrams, spread over it, and what stands around its first blanks; none for one of less than three characters. */
export function gramsOf(literal: string): Gram[] {
  const characters = [...literal]
  const count = characters.length - 2
  if (count < 1) return []
  const wanted = Math.min(count, mostTrigrams)
  const starts = Array.from({ length: wanted }, (_, n) =>
    wanted === 1 ? 0 : Math.round((n * (count - 1)) / (wanted - 1)),
  )
  return [
    ...new Set([...starts.map((start) => characters.slice(start, start + 3).join('')), ...seamsIn(literal)]),
  ]
}

function seamsIn(literal: string): Gram[] {
  const seams: Gram[] = []
  for (
    let at = literal.indexOf(' ', 2);
    at >= 0 && at + 2 < literal.length;
    at = literal.indexOf(' ', at + 1)
  )
    seams.push(literal.slice(at - 2, at + 3))
  return seams.slice(0, mostSeams)
}

/** Grams have numbers below this; the same gram in a name that is defined has its number and this on top. */
export const gramNumberCount = 0x10000

/** A number of 16 bits for three UTF-16 units: different grams may share one, which only makes a candidate more. */
function numberOf(first: number, second: number, third: number): number {
  const mixed =
    Math.imul(first + 1, 0x9e3779b1) ^ Math.imul(second + 7, 0x85ebca6b) ^ Math.imul(third + 13, 0xc2b2ae35)
  return Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d) >>> 16
}

const [lineFeed, blank] = [10, 32]

/** A name that is defined has several numbers, for trigrams share each of them: pieces with all of them by chance are few. */
const numbersOfName = 3

/** FNV-1a over UTF-16 units. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193)
  return hash
}

/** The numbers of a query's grams. A character beyond the basic plane is two units, and the five around a blank have three trigrams: they give more than one number each. */
export const gramNumbers = (grams: readonly Gram[]): number[] => [
  ...new Set(
    grams.flatMap((gram) => [...(gram[0] === '\n' ? numbersIn('', [gram.slice(1)]) : numbersIn(gram))]),
  ),
]

/** The same for grams of a part of a name. */
export const nameNumbers = (grams: readonly Gram[]): number[] =>
  gramNumbers(grams).map((number) => number + gramNumberCount)

const seen = new Uint8Array(gramNumberCount)
const found = new Uint16Array(gramNumberCount)

/** Notes a number unless it has been; returns how many there are. */
function note(number: number, count: number): number {
  if (seen[number] === 1) return count
  seen[number] = 1
  found[count] = number
  return count + 1
}

/** The numbers of all grams that stand in these folded names, each once, in the text's own way of counting. */
export const numbersInNames = (names: readonly string[]): Uint16Array => numbersIn(names.join('\n'))

/** The numbers of all grams of a folded text that defines these folded names, each once. None runs over a line's end, where nothing that is looked for does. */
export function numbersIn(folded: string, names: readonly string[] = []): Uint16Array {
  let count = 0
  for (const name of names) {
    const hash = hashOf(name)
    for (let which = 0; which < numbersOfName; which++) count = note(numberOf(hash, which, lineFeed), count)
  }
  // The units before the present one, the nearest last; a line's end in place of what stands before the text.
  let [a, b, c, d] = [lineFeed, lineFeed, lineFeed, lineFeed]
  for (let at = 0; at < folded.length; at++) {
    const e = folded.charCodeAt(at)
    if (c !== lineFeed && d !== lineFeed && e !== lineFeed) {
      count = note(numberOf(c, d, e), count)
      if (c === blank && a !== lineFeed && b !== lineFeed)
        count = note(numberOf(Math.imul(a + 3, 0x27d4eb2f) + b, d, e), count)
    }
    a = b
    b = c
    c = d
    d = e
  }
  for (let at = 0; at < count; at++) seen[found[at]!] = 0
  return found.slice(0, count)
}
