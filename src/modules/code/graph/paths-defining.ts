import type { Reader } from '../../../core/storage'
import type { ChunkRange } from '../search/chunks'
import { findDefinitions } from '../search/engine/definitions'
import { filesShowing } from '../search/engine/shown-files'
import { chunksOfBlob } from '../search/index-text'
import { rangeOfBlocks } from '../search/postings/blocks'
import type { View } from './project-files'

const mostPaths = 200

/** Files that define this name, by the index of the search. */
export async function pathsDefining(db: Reader, view: View, name: string): Promise<string[]> {
  const { owner, repositoryId: id, generation } = view
  const range = await chunksOf(db, view)
  if (!range) return []
  const found = await findDefinitions(db, owner, name, range)
  const blobs = new Set(found.filter((one) => one.name === name).map(({ blob }) => blob))
  const place = { id, name: '', ref: '', branch: null, generation }
  const files = await filesShowing(db, owner, new Map([[id, place]]), [...blobs])
  return [...new Set(files.map(({ path }) => path))].sort().slice(0, mostPaths)
}

/** The pieces among which those of the repository are; undefined when it has none. */
export async function chunksOf(db: Reader, view: View): Promise<ChunkRange | undefined> {
  const texts = await rangeOfBlocks(db, view)
  return texts && { low: chunksOfBlob(texts.low)[0], high: chunksOfBlob(texts.high)[1] }
}
