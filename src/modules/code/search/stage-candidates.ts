import { blobOfChunk as blobOf, type Candidates, type ChunkRange, chunksPerBlob } from './chunks'
import { findCandidates } from './engine/candidates'
import { unionOf } from './engine/engine'
import { definingQuestion, namingQuestion } from './engine/names'
import { chunksOfTexts, matchingChunks } from './engine/postings'
import { listBlobs } from './engine/shown-files'
import { gramNumbers, gramsOf } from './grams'
import type { Looking } from './looking'
import { isOfDefinitions, type Stage, stages } from './rank/stages'

/** Candidates that are asked for at once: of two windows. */
const leastCandidates = 320

/** Pieces of the texts that a window of a stage looks at: from the beginning of this stretch on, whole texts. */
export async function candidatesIn(
  looking: Looking,
  stage: Stage,
  range: ChunkRange,
  most: number,
): Promise<Candidates> {
  const { ahead } = looking
  const of = isOfDefinitions(stage) ? 'definitions' : stage < stages.other ? 'symbols' : 'texts'
  if (ahead?.of === of && range.low > ahead.after && range.low <= ahead.end) return cut(ahead, range, most)
  const wanted = Math.max(most, leastCandidates)
  const found = await (of !== 'texts'
    ? namesIn(looking, of, range, wanted)
    : findCandidates(looking.db, looking.owner, looking.query.node, range, wanted, looking.lists))
  if (!found) return listed(looking, range, wanted)
  looking.ahead = { of, after: range.low - 1, ...found }
  return cut(found, range, most)
}

/** Pieces that may define a term, or a name with a term in it. */
async function namesIn(
  { lists, defined, named }: Looking,
  of: 'definitions' | 'symbols',
  range: ChunkRange,
  wanted: number,
) {
  const questions = of === 'definitions' ? defined.map(definingQuestion) : named.map(namingQuestion)
  const found: Candidates[] = []
  for (const question of questions) found.push(await matchingChunks(lists, question, range, wanted))
  return unionOf(found, range)
}

/** All texts, where no text is asked for. */
async function listed(
  { db, owner, places }: Looking,
  { low, high }: ChunkRange,
  wanted: number,
): Promise<Candidates> {
  const blobs = { low: blobOf(low), high: blobOf(high) }
  const found = await listBlobs(db, owner, places, blobs, wanted)
  return {
    chunks: found.map((blob) => blob * chunksPerBlob).filter((chunk) => chunk >= low),
    end: found.length < wanted ? high : found.at(-1)! * chunksPerBlob + chunksPerBlob - 1,
  }
}

/** What a window looks at of the candidates from its beginning on: whole texts. */
function cut({ chunks, end }: Candidates, { low, high }: ChunkRange, most: number): Candidates {
  const [start, behind] = [placeOf(chunks, low), placeOf(chunks, high + 1)]
  let stop = Math.min(start + most, behind)
  while (stop < behind && blobOf(chunks[stop]!) === blobOf(chunks[stop - 1]!)) stop++
  return {
    chunks: chunks.slice(start, stop),
    end: Math.min(high, stop < behind ? chunks[stop]! - 1 : end),
  }
}

/** Where the first of these pieces is that has this number or a higher one. */
function placeOf(chunks: readonly number[], chunk: number): number {
  let [low, high] = [0, chunks.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (chunks[middle]! < chunk) low = middle + 1
    else high = middle
  }
  return low
}

/** The pieces of these texts, in order, in which what is looked for can stand; undefined when they are to be read whole. */
export async function piecesOf(
  { piecewise, named, lists }: Looking,
  blobs: readonly number[],
): Promise<number[] | undefined> {
  if (!piecewise || named.length === 0) return undefined
  return chunksOfTexts(lists, { numbers: gramNumbers(gramsOf(named[0]!)) }, blobs)
}
