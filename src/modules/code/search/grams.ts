/** Three neighbouring characters of a folded text: what the indexes are keyed by. A text that has a literal has all of the literal's trigrams. */
export type Gram = string

/** More would not make the answer smaller, only the question longer. */
const most = 16

/** The trigrams that a text with this folded literal must have, at most 16, spread over it; none for one of less than three characters. */
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

/** A number of 16 bits, as Postgres' smallint holds it, for three UTF-16 units. */
function numberOf(first: number, second: number, third: number): number {
  const mixed =
    Math.imul(first + 1, 0x9e3779b1) ^ Math.imul(second + 7, 0x85ebca6b) ^ Math.imul(third + 13, 0xc2b2ae35)
  return (Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d) >>> 16) - 0x8000
}

/** The numbers of a query's trigrams. A character beyond the basic plane is two units: its trigrams give more than one number each. */
export const gramNumbers = (grams: readonly Gram[]): number[] => [
  ...new Set(grams.flatMap((gram) => numbersIn(gram))),
]

/** The numbers of all trigrams of a folded text, each once. */
export function numbersIn(folded: string): number[] {
  const seen = new Uint8Array(0x10000)
  const numbers: number[] = []
  let [first, second] = [folded.charCodeAt(0), folded.charCodeAt(1)]
  for (let at = 2; at < folded.length; at++) {
    const third = folded.charCodeAt(at)
    const number = numberOf(first, second, third)
    if (seen[number + 0x8000] === 0) {
      seen[number + 0x8000] = 1
      numbers.push(number)
    }
    first = second
    second = third
  }
  return numbers
}

/** Two numbers that stand for an owner in every piece of theirs, so that the index leaves out what strangers have. */
export const ownerNumbers = (owner: number): number[] => [
  numberOf(owner & 0xffff, owner >>> 16, 0x10001),
  numberOf(owner & 0xffff, owner >>> 16, 0x10002),
]
