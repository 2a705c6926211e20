import { findChunks } from '../engine/engine'
import { readChunks } from '../engine/texts'
import { fold } from '../fold'
import type { Looking } from '../looking'
import { editDistance } from '../rank/distance'
import { needLiteral } from '../regex/need'

const mostPieces = 30
const mostAnswers = 3

/**
 * Words of the indexed texts that a term was perhaps meant to be, nearest first. One slip leaves one half of a word as it is, so texts with one of
 * its halves are where to look.
 */
export async function nearestTo(looking: Looking, term: string): Promise<string[]> {
  const folded = fold(term)
  if (folded.length < 4 || folded.length > 60 || /\s/.test(folded)) return []
  const most = Math.min(3, Math.floor(folded.length / 4))
  const middle = Math.ceil(folded.length / 2)
  const halves = [folded.slice(0, middle), folded.slice(-middle), folded.slice(0, 3), folded.slice(-3)]
  const found = new Map<string, number>()
  for (const half of new Set(halves)) {
    for (const word of await wordsWith(looking, half)) {
      const distance = editDistance(fold(word), folded, most)
      if (distance <= most && distance > 0) found.set(word, distance)
    }
    if (found.size > 0) break
  }
  return [...found]
    .sort(([a, near], [b, far]) => near - far || a.localeCompare(b))
    .slice(0, mostAnswers)
    .map(([word]) => word)
}

async function wordsWith(looking: Looking, part: string): Promise<Set<string>> {
  const { db, owner, range } = looking
  const need = needLiteral(part)
  if (need.kind === 'anything') return new Set()
  const { chunks } = await findChunks(db, owner, need, range, mostPieces)
  const pieces = await readChunks(db, owner, chunks.slice(0, mostPieces))
  return new Set(pieces.flatMap(({ text }) => text.match(/[\p{L}\p{N}_$]{3,60}/gu) ?? []))
}
