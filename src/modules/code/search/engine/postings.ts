import { sql } from 'drizzle-orm'
import type { Reader } from '../../../../core/storage'
import { codeBlocks, codePostings } from '../../tables'
import { blobOfChunk, type Candidates, type ChunkRange, chunksPerBlob } from '../chunks'
import { type Gram, gramNumberCount, gramNumbers } from '../grams'
import { chunksAt } from '../postings/layout'
import { commonPieces, findList, type List } from '../postings/lists'

/** Blocks that are asked at once: what is everywhere is found in the first few. */
const waves = [2, 32, 128]

/** Pieces that have all of these trigrams: `wanted` or more, or else all of them. */
export async function matchingChunks(
  db: Reader,
  owner: string,
  grams: readonly Gram[],
  range: ChunkRange,
  wanted: number,
): Promise<Candidates> {
  let numbers = gramNumbers(grams)
  const found = new Set<number>()
  for (let wave = 0, after = -1; ; wave++) {
    const size = waves[Math.min(wave, waves.length - 1)]!
    const blocks = await readBlocks(db, owner, numbers, range, after, size)
    for (const block of blocks)
      for (const chunk of matchesIn(block, numbers))
        if (chunk >= range.low && chunk <= range.high) found.add(chunk)
    const last = blocks.at(-1)
    // Later blocks begin behind this one's beginning, and may hold texts from between its own.
    const behind = last?.next == null ? Number.POSITIVE_INFINITY : last.next * chunksPerBlob
    const chunks = [...found].filter((chunk) => chunk < behind)
    if (chunks.length >= wanted || behind > range.high)
      return { chunks: chunks.sort((a, b) => a - b), end: Math.min(behind - 1, range.high) }
    after = last!.first
    if (wave === 0) numbers = rarest(blocks, numbers)
  }
}

/** What later waves ask for. Measured on 380 MB of sources: the 8 rarest leave 6 % more pieces than all of them, and each costs a row of every block. */
const mostAsked = 8

/** The numbers with the shortest lists in these blocks. */
function rarest(blocks: readonly BlockRows[], numbers: readonly number[]): number[] {
  const lengths = numbers.map((number, at) =>
    blocks.reduce((sum, block) => sum + lengthOf(listIn(block, number, at)), 0),
  )
  return [...numbers.keys()]
    .sort((a, b) => lengths[a]! - lengths[b]!)
    .slice(0, mostAsked)
    .map((at) => numbers[at]!)
}

const lengthOf = (list: List | undefined) => (list ? list.end - list.start : 0)

interface BlockRows {
  first: number
  /** Where the block behind it begins; null at the last one. */
  next: number | null
  buckets: number
  layout: Uint8Array
  /** A row for each number; null where no piece has a trigram of its bucket. */
  rows: (Uint8Array | null)[]
}

interface Row extends Record<string, unknown> {
  first: number
  next: number | null
  buckets: number
  layout: Uint8Array | null
  postings: Uint8Array | null
}

/**
 * The rows of these numbers, block after block. One seek for each: the limit keeps Postgres from joining in bulk, and the bucket is reckoned apart, because under
 * row-level security only comparisons of plain values may use an index.
 */
async function readBlocks(
  db: Reader,
  owner: string,
  numbers: readonly number[],
  range: ChunkRange,
  after: number,
  size: number,
): Promise<BlockRows[]> {
  const [low, high] = [blobOfChunk(range.low), blobOfChunk(range.high)]
  const [blockTable, postingsTable] = [codeBlocks.on(db.dialect), codePostings.on(db.dialect)]
  const wanted =
    db.dialect === 'postgres'
      ? sql`unnest((${`{${numbers.join(',')}}`}::text)::integer[]) with ordinality as wanted (gram, place)`
      : sql`(select value as gram, key + 1 as place from json_each(${JSON.stringify(numbers)})) as wanted`
  const rows = await db.rows<Row>(sql`
    with asked as materialized (
      select block.first, block.next, block.buckets, block.layout, wanted.place, block.block * ${gramNumberCount} + (wanted.gram & (block.buckets - 1)) as bucket
      from (select block, first, lead(first) over (order by first) as next, buckets, layout from ${blockTable}
        where owner = ${owner} and ready and first > cast(${after} as bigint) and first <= cast(${high} as bigint) and last >= cast(${low} as bigint)
        order by first limit cast(${size} as integer)) as block
      cross join ${wanted})
    select cast(asked.first as double precision) as first, cast(asked.next as double precision) as next, asked.buckets,
      case when asked.place = 1 then asked.layout end as layout,
      (select list.postings from ${postingsTable} list where list.bucket = asked.bucket and list.owner = ${owner} limit 1) as postings
    from asked order by asked.first, asked.place`)
  const blocks: BlockRows[] = []
  for (const { first, next, buckets, layout, postings } of rows) {
    if (layout) blocks.push({ first, next, buckets, layout, rows: [] })
    blocks.at(-1)!.rows.push(postings)
  }
  return blocks
}

function matchesIn(block: BlockRows, numbers: readonly number[]): number[] {
  const lists = numbers.map((number, at) => listIn(block, number, at))
  if (!lists.every((list) => list !== undefined)) return []
  return chunksAt(block.first, block.layout, commonPieces(lists))
}

function listIn({ rows, buckets }: BlockRows, number: number, at: number): List | undefined {
  const row = rows[at]
  return row ? findList(row, number, buckets) : undefined
}
