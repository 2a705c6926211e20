import { blobOfChunk, type Candidates, type ChunkRange, chunksPerBlob } from '../chunks'
import { gramNumberCount } from '../grams'
import { chunksAt } from '../postings/layout'
import { commonPieces, type List } from '../postings/lists'
import type { Asked, BlockHead, BlockLists } from './block-lists'

/** What pieces are looked for by: they stand in all of the lists with these numbers. */
export interface Question {
  numbers: readonly number[]
  /** True when these are lists of names: a block that does not know its names is asked for the texts instead. */
  names?: boolean
  /** More numbers, asked of the blocks where the first ones are found together. */
  besides?: readonly number[]
}

/** Blocks that are asked at once: what is everywhere is found in the first few. What stands in names is asked of as many as possible, for mostly it is nowhere. */
const waves = [2, 32, 128]
const wavesOfNames = [34, 128]

/** The pieces of an answer: `wanted` or more, or else all of them. */
export async function matchingChunks(
  lists: BlockLists,
  question: Question,
  range: ChunkRange,
  wanted: number,
): Promise<Candidates> {
  const blocks = await lists.heads(range)
  const found: number[] = []
  const sizes = question.names ? wavesOfNames : waves
  let asked = question.names ? { ...question, numbers: spread(question.numbers) } : question
  for (let wave = 0, next = 0; ; wave++) {
    const part = blocks.slice(next, next + sizes[Math.min(wave, sizes.length - 1)]!)
    // The same rows tell of texts, which are asked next.
    const beside = wave === 0 && question.names ? firstOf(blocks, question) : []
    for (const chunk of await chunksIn(lists, part, asked, beside))
      if (chunk >= range.low && chunk <= range.high) found.push(chunk)
    next += part.length
    // Later blocks begin behind this one's beginning, and may hold texts from between its own.
    const behind = next < blocks.length ? blocks[next]!.first * chunksPerBlob : Number.POSITIVE_INFINITY
    const chunks = found.filter((chunk) => chunk < behind)
    if (chunks.length >= wanted || behind > range.high)
      return { chunks: chunks.sort((a, b) => a - b), end: Math.min(behind - 1, range.high) }
    if (wave === 0 && !question.names) asked = { numbers: rarest(lists, part, question.numbers) }
  }
}

/** The pieces of these texts, which are in order, that stand in all of the lists. */
export async function chunksOfTexts(
  lists: BlockLists,
  question: Question,
  blobs: readonly number[],
): Promise<number[]> {
  const [low, high] = [blobs[0]! * chunksPerBlob, blobs.at(-1)! * chunksPerBlob]
  const blocks = (await lists.heads({ low, high })).filter(({ first, last }) =>
    blobs.some((blob) => blob >= first && blob <= last),
  )
  const wanted = new Set(blobs)
  const chunks = await chunksIn(lists, blocks, question)
  return chunks.filter((chunk) => wanted.has(blobOfChunk(chunk)))
}

/** What later waves ask for. Measured on 380 MB of sources: the 8 rarest leave 6 % more pieces than all of them, and each costs a row of every block. */
const mostAsked = 8
/** Of names, which are short. */
const mostAskedOfNames = 4

const spread = (numbers: readonly number[]): number[] =>
  numbers.length <= mostAskedOfNames
    ? [...numbers]
    : Array.from(
        { length: mostAskedOfNames },
        (_, at) => numbers[Math.round((at * (numbers.length - 1)) / (mostAskedOfNames - 1))]!,
      )

/** What the first wave for texts will ask for. */
const firstOf = (blocks: readonly BlockHead[], { numbers }: Question): Asked[] =>
  blocks.slice(0, waves[0]).map((block) => ({ block, numbers, layout: true }))

/** The numbers with the shortest lists in these blocks. */
function rarest(lists: BlockLists, blocks: readonly BlockHead[], numbers: readonly number[]): number[] {
  const lengths = numbers.map((number) =>
    blocks.reduce((sum, block) => sum + lengthOf(lists.listOf(block, number)), 0),
  )
  return [...numbers.keys()]
    .sort((a, b) => lengths[a]! - lengths[b]!)
    .slice(0, mostAsked)
    .map((at) => numbers[at]!)
}

const lengthOf = (list: List | undefined) => (list ? list.end - list.start : 0)

async function chunksIn(
  lists: BlockLists,
  blocks: readonly BlockHead[],
  { numbers, names, besides = [] }: Question,
  beside: readonly Asked[] = [],
): Promise<number[]> {
  // What stands in no name of a block is the rule, what stands in no text of it the exception.
  await lists.read([...blocks.map((block) => ({ block, numbers, layout: !names })), ...beside])
  const found = blocks.map((block) => {
    const knows = !names || block.named
    const first = knows ? numbers : inTexts(numbers)
    return { block, first, besides: knows ? besides : [], places: placesIn(lists, block, first) }
  })
  const left = found.filter(({ places }) => places.length > 0)
  await lists.read(left.map(({ block, besides }) => ({ block, numbers: besides, layout: true })))
  return left.flatMap(({ block, first, besides, places }) => {
    const kept = besides.length > 0 ? placesIn(lists, block, [...first, ...besides]) : places
    return chunksAt(block.first, lists.layoutOf(block), kept)
  })
}

/** Of numbers of names those of the same grams in texts. */
const inTexts = (numbers: readonly number[]) =>
  numbers.filter((number) => number >= gramNumberCount).map((number) => number - gramNumberCount)

/** Places in a block of the pieces that stand in all of these lists; of all pieces when there are none. */
function placesIn(lists: BlockLists, block: BlockHead, numbers: readonly number[]): number[] {
  if (numbers.length === 0) return Array.from({ length: block.pieces }, (_, at) => at)
  const all = numbers.map((number) => lists.listOf(block, number))
  return all.every((list) => list !== undefined) ? commonPieces(all) : []
}
