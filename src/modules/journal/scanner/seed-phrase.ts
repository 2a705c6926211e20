import { createHash } from 'node:crypto'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { once } from '../../../core/once'

const numbers = once(() => new Map(wordlist.map((word, index) => [word, index])))
const lengths = [12, 15, 18, 21, 24] as const
const shortest = lengths[0]

/** Numbering, commas, quotes and line ends stand between the words of a phrase; more than this is another text. */
const widestGap = 16

/** Prose repeats words, and markup does even more; a phrase of twelve random words hardly ever repeats three. */
const fewestDistinct = 9

/**
 * True when `text` (normalised) holds a run of words of the BIP-39 English list that is a recovery phrase: its checksum is right, or, unless
 * `certain` is asked for, it has twelve words or more of which nine differ. In 45 million characters of English documentation the longest
 * such run of prose had ten words.
 */
export function holdsSeedPhrase(text: string, certain = false): boolean {
  for (const run of runsOf(text)) {
    if (!certain && new Set(run).size >= fewestDistinct) return true
    if (holdsChecked(run)) return true
  }
  return false
}

/** Runs of at least twelve consecutive list words, as their numbers in the list. */
function* runsOf(text: string): Generator<number[]> {
  const indexOf = numbers()
  let run: number[] = []
  let end = 0
  for (const { 0: word, index: start } of text.toLowerCase().matchAll(/[a-z]+/g)) {
    const index = indexOf.get(word)
    if (index === undefined || start - end > widestGap) {
      if (run.length >= shortest) yield run
      run = []
    }
    if (index !== undefined) run.push(index)
    end = start + word.length
  }
  if (run.length >= shortest) yield run
}

/** True when some stretch of 12, 15, 18, 21 or 24 words of the run carries its own checksum. Equal stretches are looked at once. */
function holdsChecked(run: number[]): boolean {
  const seen = new Set<string>()
  for (const length of lengths) {
    for (let start = 0; start + length <= run.length; start++) {
      const phrase = run.slice(start, start + length)
      const key = String.fromCharCode(...phrase)
      if (!seen.has(key) && checks(phrase)) return true
      seen.add(key)
    }
  }
  return false
}

/** BIP-39: 11 bits a word; the last bit in every 33 belongs to the SHA-256 of those before. */
function checks(phrase: number[]): boolean {
  const bits = phrase.map((index) => index.toString(2).padStart(11, '0')).join('')
  const entropy = Uint8Array.from({ length: (phrase.length * 4) / 3 }, (_, at) =>
    Number.parseInt(bits.slice(at * 8, at * 8 + 8), 2),
  )
  const hash = createHash('sha256').update(entropy).digest()
  const checksum = hash[0]!.toString(2).padStart(8, '0')
  const stated = bits.slice(entropy.length * 8)
  return checksum.startsWith(stated)
}
