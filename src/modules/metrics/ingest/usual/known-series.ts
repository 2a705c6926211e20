import { usual } from '../limits'
import { metricTypes, type Series } from '../metric'
import type { SenderSeries } from '../series'
import { type Body, closingBrace, giveUp } from './scan'

/** An object of dimensions among the bytes of a body. */
export interface Span {
  at: number
  /** Behind its brace. */
  end: number
  hash: number
}

/** A sender, and its number among all that were met. */
export interface Sender {
  number: number
  series: SenderSeries
}

/** The series of a sender and a type, which is its place in `metricTypes`, by the bytes of the dimensions: those that were met need not be read again. */
export type KnownSeries = (sender: Sender, type: number, body: Body, span: Span) => Series

/** Series that are remembered; then all are forgotten and gathered anew. */
const mostKept = 50_000
/** Words of four bytes that all their dimensions may have. */
const mostWords = 4 * 1024 * 1024
/** At the start; a power of two. */
const fewestPlaces = 1024
/** Places that are looked at for one object. */
const mostSteps = 64
/** Numbers of a place: the hash, and where its words begin, counted from 1; 0 for a place that is free. */
const width = 2
/** Words before the dimensions: sender and type, the series, bytes of the dimensions. */
const head = 3

export function createKnownSeries(): KnownSeries {
  let table = new Int32Array(width * fewestPlaces)
  let words = new Int32Array(16 * 1024)
  let size = 0
  let known: Series[] = []

  const isSame = (owner: number, { view }: Body, { at, end }: Span, start: number) => {
    if (words[start] !== owner || words[start + 2] !== end - at) return false
    let word = start + head
    let from = at
    for (; from < end - 3; from += 4) if (view.getInt32(from, true) !== words[word++]) return false
    return from === end || lastWord(view, from, end) === words[word]
  }
  const forget = () => {
    table = new Int32Array(width * fewestPlaces)
    known = []
    size = 0
  }
  const add = (owner: number, hash: number, { view }: Body, { at, end }: Span, series: Series) => {
    if (known.length === mostKept || size > mostWords) forget()
    if (2 * width * known.length >= table.length) table = spread(table)
    if (size + head + 1 + (end - at) / 4 > words.length) words = grown(words)
    put(table, hash, size)
    words[size++] = owner
    words[size++] = known.push(series) - 1
    words[size++] = end - at
    let from = at
    for (; from < end - 3; from += 4) words[size++] = view.getInt32(from, true)
    if (from < end) words[size++] = lastWord(view, from, end)
  }
  return (sender, type, body, span) => {
    const owner = sender.number * metricTypes.length + type
    const hash = span.hash ^ Math.imul(owner, factor)
    for (
      let place = placeOf(table, hash), step = 0;
      table[place + 1] !== 0;
      place = next(table, place, ++step)
    ) {
      const start = table[place + 1]! - 1
      if (table[place] === hash && isSame(owner, body, span, start)) return known[words[start + 1]!]!
      if (step === mostSteps) giveUp()
    }
    const series = create(sender, type, Buffer.from(body.bytes.subarray(span.at, span.end)).toString())
    add(owner, hash, body, span, series)
    return series
  }
}

const placeOf = (table: Int32Array, hash: number) => (hash * width) & (table.length - 1)

/** The next place to look at; the steps become longer, so that what is crowded spreads. */
const next = (table: Int32Array, place: number, step: number) => (place + width * step) & (table.length - 1)

function put(table: Int32Array, hash: number, start: number): void {
  let place = placeOf(table, hash)
  for (let step = 1; table[place + 1] !== 0; step++) place = next(table, place, step)
  table[place] = hash
  table[place + 1] = start + 1
}

/** The same in twice as many places. */
function spread(table: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * table.length)
  for (let at = 0; at < table.length; at += width)
    if (table[at + 1] !== 0) put(larger, table[at]!, table[at + 1]! - 1)
  return larger
}

function grown(words: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * words.length)
  larger.set(words)
  return larger
}

function create(sender: Sender, type: number, text: string): Series {
  try {
    return sender.series.of(metricTypes[type]!, JSON.parse(text), usual, giveUp)
  } catch {
    return giveUp()
  }
}

const factor = 0x9e3779b1 | 0
/** Bytes of an object that is looked up. */
const longest = 4096

/** The object without an object inside that begins at `at`: it ends with the first brace that closes. Else its text is no JSON. */
export function spanAt({ bytes, view }: Body, at: number): Span {
  const most = Math.min(at + longest, bytes.length) - 4
  let hash = 0
  let from = at
  for (; from <= most; from += 4) {
    const word = view.getInt32(from, true)
    const found = bytesOf(word, closingBrace)
    if (found !== 0) {
      const end = from + (32 - Math.clz32(found & -found)) / 8
      hash = mixed(hash, lastWord(view, from, end))
      return { at, end, hash: finished(hash) }
    }
    hash = mixed(hash, word)
  }
  return giveUp()
}

const mixed = (hash: number, word: number) => Math.imul(((hash << 5) | (hash >>> 27)) ^ word, factor)

/** Every bit has its part in the low ones (MurmurHash3's last step). */
function finished(hash: number): number {
  const half = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  const whole = Math.imul(half ^ (half >>> 13), 0xc2b2ae35)
  return whole ^ (whole >>> 16)
}

/** The one to four bytes before `end`, as a number of their own. */
function lastWord(view: DataView, from: number, end: number): number {
  const others = 8 * (from + 4 - end)
  return (view.getInt32(from, true) << others) >> others
}

/** Not 0 when one of the four bytes is `byte`; then the lowest bit that is set is the highest of the first such byte. */
function bytesOf(word: number, byte: number): number {
  const rest = word ^ Math.imul(byte, 0x01010101)
  return (rest - 0x01010101) & ~rest & 0x80808080
}
