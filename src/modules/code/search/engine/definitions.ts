import type { Reader } from '../../../../core/storage'
import { blobOfChunk, type ChunkRange } from '../chunks'
import { fold } from '../fold'
import { unpackNames } from '../piece-definitions'
import { openLists } from './block-lists'
import { definingQuestion } from './names'
import { matchingChunks } from './postings'
import { readDefinitions } from './texts'

/** Pieces that are looked at: what is defined more often has no place that is meant more than others. */
const mostPieces = 400

/** Texts of a stretch that define this name, letter case aside, with the name as each writes it; by the first 400 pieces that may. */
export async function findDefinitions(
  db: Reader,
  owner: string,
  name: string,
  range: ChunkRange,
): Promise<{ blob: number; name: string }[]> {
  const folded = fold(name)
  const { chunks } = await matchingChunks(openLists(db, owner), definingQuestion(folded), range, mostPieces)
  const pieces = await readDefinitions(db, owner, chunks.slice(0, mostPieces))
  return pieces.flatMap(({ chunk, definitions }) =>
    unpackNames(definitions)
      .filter((found) => fold(found) === folded)
      .map((found) => ({ blob: blobOfChunk(chunk), name: found })),
  )
}
