import type { Reader } from '../../../core/storage'
import { chunksPerBlob } from '../search/chunks'
import { findChunks } from '../search/engine/engine'
import { fold } from '../search/fold'
import { needLiteral } from '../search/regex/need'
import type { GraphFile } from './project-files'

/** Pieces of texts that are looked at; a word that is in more of them is in every file. */
const mostPieces = 20_000

/** Of these files those whose text may have the word in it, by the index of the text search. */
export async function mentioning(
  db: Reader,
  owner: string,
  word: string,
  files: readonly GraphFile[],
): Promise<string[]> {
  // A word of one or two letters is in no index, and for few files it is no help.
  if (word.length < 3 || files.length < 20) return files.map(({ path }) => path)
  const blobs = files.map(({ blob }) => blob)
  const [low, high] = [Math.min(...blobs), Math.max(...blobs)]
  const range = { low: low * chunksPerBlob, high: (high + 1) * chunksPerBlob - 1 }
  const found = await findChunks(db, owner, needLiteral(fold(word)), range, mostPieces)
  if (found.end < range.high) return files.map(({ path }) => path)
  const having = new Set(found.chunks.map((chunk) => Math.floor(chunk / chunksPerBlob)))
  return files.filter(({ blob }) => having.has(blob)).map(({ path }) => path)
}
