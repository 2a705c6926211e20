import type { Document } from './document'
import { occurrences } from './matching'
import type { Query } from './query'
import type { Token } from './tokens'

/** About how many characters a snippet shows, marks not counted. */
const length = 200
/** How much of that stands before the first match. */
const lead = 50

/** A matched stretch of the text, as token indexes (end exclusive). */
interface Hit {
  from: number
  to: number
}

/**
 * The stretch of an entry with the most matches, in one line: matched words stand between `**`, `…` says that text was left out. Without a
 * match in the text itself (a tag matched, or the query only excludes) its beginning.
 */
export function snippet(text: string, document: Document, query: Query): string {
  const { tokens } = document
  const hits = hitsOf(document, query)
  const first = hits.length > 0 ? densest(hits, tokens) : 0
  const start = hits.length > 0 ? startBefore(tokens, hits[first]!.from) : 0
  const end = endAfter(text, tokens, start)
  const shown = hits.slice(first).filter((hit) => tokens[hit.to - 1]!.end <= end)
  const marked = mark(text, tokens, shown, start, end).replace(/\s+/g, ' ').trim()
  return `${start > 0 ? '…' : ''}${marked}${end < text.length ? '…' : ''}`
}

function hitsOf({ words, tokens }: Document, query: Query): Hit[] {
  const hits = query.wanted
    .flatMap((term) => occurrences(words, term).map((from) => ({ from, to: from + term.words.length })))
    .filter(({ to }) => to <= tokens.length)
    .sort((a, b) => a.from - b.from || b.to - a.to)
  const merged: Hit[] = []
  for (const hit of hits) {
    const last = merged.at(-1)
    if (last && hit.from < last.to) last.to = Math.max(last.to, hit.to)
    else merged.push({ ...hit })
  }
  return merged
}

/** Index of the hit from which the most hits follow within one snippet's length; the earliest of equals. */
function densest(hits: Hit[], tokens: Token[]): number {
  let best = 0
  let most = 0
  let end = 0
  for (let at = 0; at < hits.length; at++) {
    const reach = tokens[hits[at]!.from]!.start + length - lead
    while (end < hits.length && tokens[hits[end]!.to - 1]!.end <= reach) end++
    if (end - at > most) [best, most] = [at, end - at]
  }
  return best
}

function startBefore(tokens: Token[], at: number): number {
  const earliest = tokens[at]!.start - lead
  if (earliest <= 0) return 0
  let from = at
  while (from > 0 && tokens[from - 1]!.start >= earliest) from--
  return tokens[from]!.start
}

/** The end of the last word that still fits; the text's own end when it is near. */
function endAfter(text: string, tokens: Token[], start: number): number {
  const latest = start + length
  if (text.length <= latest) return text.length
  let end = start
  for (const token of tokens) {
    if (token.end > latest) break
    if (token.end > start) end = token.end
  }
  return end > start ? end : safeCut(text, latest)
}

/** Never between the halves of a surrogate pair. */
const safeCut = (text: string, at: number) => (/[\uDC00-\uDFFF]/.test(text[at] ?? '') ? at - 1 : at)

function mark(text: string, tokens: Token[], hits: Hit[], start: number, end: number): string {
  let out = ''
  let at = start
  for (const hit of hits) {
    const from = tokens[hit.from]!.start
    const to = tokens[hit.to - 1]!.end
    if (from < at) continue
    out += `${text.slice(at, from)}**${text.slice(from, to)}**`
    at = to
  }
  return out + text.slice(at, end)
}
