/** Three neighbouring characters of a folded text: what the indexes are keyed by. A text that has a literal has all of the literal's trigrams. */
export type Gram = string

const most = 24

/** The trigrams that a text with this folded literal must have, at most 24, spread over it; none for one of less than three characters. */
export function gramsOf(literal: string): Gram[] {
  const characters = [...literal]
  const count = characters.length - 2
  if (count < 1) return []
  const wanted = Math.min(count, most)
  const starts = Array.from({ length: wanted }, (_, n) =>
    wanted === 1 ? 0 : Math.round((n * (count - 1)) / (wanted - 1)),
  )
  return [...new Set(starts.map((start) => characters.slice(start, start + 3).join('')))]
}

/** Trigrams have numbers below this. */
export const gramNumberCount = 0x10000

/** A number of 16 bits for three UTF-16 units: different trigrams may share one, which only makes a candidate more. */
function numberOf(first: number, second: number, third: number): number {
  const mixed =
    Math.imul(first + 1, 0x9e3779b1) ^ Math.imul(second + 7, 0x85ebca6b) ^ Math.imul(third + 13, 0xc2b2ae35)
  return Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d) >>> 16
}

/** The numbers of a query's trigrams. A character beyond the basic plane is two units: its trigrams give more than one number each. */
export const gramNumbers = (grams: readonly Gram[]): number[] => [
  ...new Set(grams.flatMap((gram) => [...numbersIn(gram)])),
]

const lineFeed = 10
const seen = new Uint8Array(gramNumberCount)
const found = new Uint16Array(gramNumberCount)

/** The numbers of all trigrams of a folded text, each once. None runs over a line's end, where nothing that is looked for does. */
export function numbersIn(folded: string): Uint16Array {
  let count = 0
  let [first, second] = [folded.charCodeAt(0), folded.charCodeAt(1)]
  for (let at = 2; at < folded.length; at++) {
    const third = folded.charCodeAt(at)
    if (first !== lineFeed && second !== lineFeed && third !== lineFeed) {
      const number = numberOf(first, second, third)
      if (seen[number] === 0) {
        seen[number] = 1
        found[count++] = number
      }
    }
    first = second
    second = third
  }
  for (let at = 0; at < count; at++) seen[found[at]!] = 0
  return found.slice(0, count)
}
