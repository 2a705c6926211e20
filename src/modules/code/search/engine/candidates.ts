import type { Reader } from '../../../../core/storage'
import { blobOfChunk as blobOf, chunksPerBlob } from '../chunks'
import { fold } from '../fold'
import type { Node, Pattern } from '../query/query'
import { type Need, needLiteral, needOfRegex } from '../regex/need'
import type { BlockLists } from './block-lists'
import { type Candidates, type ChunkRange, findChunks, unionOf } from './engine'

/** What the index can be asked about a pattern. */
export const needOfPattern = (pattern: Pattern): Need =>
  'literal' in pattern ? needLiteral(fold(pattern.literal)) : needOfRegex(pattern.regex)

/**
 * Pieces of the texts that can fit a query, in order; null when the query asks for no text. What must stand in one text may stand in different
 * pieces of it: then those of one of the conditions stand for the text.
 */
export async function findCandidates(
  db: Reader,
  owner: string,
  node: Node,
  range: ChunkRange,
  wanted: number,
  lists: BlockLists,
): Promise<Candidates | null> {
  if (node.kind === 'text' || node.kind === 'symbol')
    return findChunks(db, owner, needOfPattern(node.pattern), range, wanted, {
      lists,
      names: node.kind === 'symbol',
    })
  if (!('nodes' in node)) return null
  const found: Candidates[] = []
  for (const inner of node.nodes) {
    const candidates = await findCandidates(db, owner, inner, range, wanted, lists)
    if (candidates) found.push(candidates)
    else if (node.kind === 'one') return null
  }
  if (found.length === 0) return null
  return node.kind === 'one' ? unionOf(found, range) : commonOf(found, range)
}

/** Texts in which all conditions can hold. Lists that are complete are enough; a common word's list goes on too long to wait for. */
function commonOf(found: Candidates[], range: ChunkRange): Candidates {
  const complete = found.filter(({ end }) => end === range.high)
  const counted = complete.length > 0 ? complete : found
  // The last text may go on beyond the end of a list.
  const end = complete.length > 0 ? range.high : startOfBlob(Math.min(...found.map((one) => one.end))) - 1
  const [first, ...rest] = counted.toSorted((a, b) => a.chunks.length - b.chunks.length)
  const others = rest.map(({ chunks }) => new Set(chunks.map(blobOf)))
  const chunks = first!.chunks.filter(
    (chunk) => chunk <= end && others.every((blobs) => blobs.has(blobOf(chunk))),
  )
  return end >= range.low ? { chunks, end } : first!
}

const startOfBlob = (chunk: number) => blobOf(chunk) * chunksPerBlob
