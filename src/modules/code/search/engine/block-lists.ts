import { sql } from 'drizzle-orm'
import type { Dialect, Reader } from '../../../../core/storage'
import { blobOfChunk, type ChunkRange } from '../chunks'
import { gramNumberCount } from '../grams'
import { findList, type List } from '../postings/lists'
import { arrayOf, isAmong } from './texts'

/** A block as far as it takes to ask its lists. */
export interface BlockHead {
  block: number
  /** Its first text, and its last. */
  first: number
  last: number
  pieces: number
  buckets: number
  /** Its lists know what stands in all names that its texts define. */
  named: boolean | number
}

/** What is asked of a block: lists by their numbers, and which texts it holds. */
export interface Asked {
  block: BlockHead
  numbers: readonly number[]
  layout?: boolean
}

/** The lists of an owner's blocks, each row read once at the most. */
export interface BlockLists {
  /** Blocks that hold texts of this stretch, in order. */
  heads(range: ChunkRange): Promise<readonly BlockHead[]>
  /** Reads what of this was not read yet, in one go. */
  read(asked: readonly Asked[]): Promise<void>
  /** A list that was read; undefined when no piece of the block has it. */
  listOf(block: BlockHead, number: number): List | undefined
  /** A layout that was read. */
  layoutOf(block: BlockHead): Uint8Array
}

/** Opens the lists of an owner for one question. */
export function openLists(db: Reader, owner: string): BlockLists {
  const layouts = new Map<number, Uint8Array>()
  const rows = new Map<number, Uint8Array | null>()
  let known: { range: ChunkRange; heads: Promise<readonly BlockHead[]> } | undefined
  return {
    async heads(range) {
      if (!known || known.range.low > range.low || known.range.high < range.high)
        known = { range, heads: readHeads(db, owner, range) }
      const [low, high] = [blobOfChunk(range.low), blobOfChunk(range.high)]
      return (await known.heads).filter(({ first, last }) => first <= high && last >= low)
    },
    async read(asked) {
      const buckets = asked.flatMap(({ block, numbers }) => numbers.map((number) => bucketOf(block, number)))
      const fresh = [...new Set(buckets)].filter((bucket) => !rows.has(bucket))
      for (const bucket of fresh) rows.set(bucket, null)
      const blocks = asked.flatMap(({ block: { block }, layout }) =>
        layout && !layouts.has(block) ? [block] : [],
      )
      if (fresh.length + blocks.length === 0) return
      for (const { number, bytes } of await readRows(db, owner, fresh, blocks))
        if (number < 0) layouts.set(-number, bytes)
        else rows.set(number, bytes)
    },
    listOf(block, number) {
      const row = rows.get(bucketOf(block, number))
      return row ? findList(row, number, block.buckets) : undefined
    },
    layoutOf: ({ block }) => layouts.get(block)!,
  }
}

const bucketOf = ({ block, buckets }: BlockHead, number: number) =>
  block * gramNumberCount + (number & (buckets - 1))

/** Layouts of the first format, whose blocks have no lists of names, begin with 0. */
const namedOn = (dialect: Dialect) =>
  sql.raw(`(not stale and substr(layout, 1, 1) <> ${dialect === 'postgres' ? "'\\x00'::bytea" : "x'00'"})`)

/** A bare parameter would have SQLite plan the statement anew each time. */
function readHeads(db: Reader, owner: string, range: ChunkRange): Promise<BlockHead[]> {
  const [low, high] = [blobOfChunk(range.low), blobOfChunk(range.high)]
  return db.rows<BlockHead & Record<string, unknown>>(
    db.dialect === 'postgres'
      ? sql`select block::float8 as block, first::float8 as first, last::float8 as last, pieces, buckets, ${namedOn(db.dialect)} as named from holdfast.code_blocks
            where owner = ${owner} and ready and first <= ${high}::bigint and last >= ${low}::bigint order by code_blocks.first`
      : sql`select block, first, last, pieces, buckets, ${namedOn(db.dialect)} as named from code_blocks
            where owner = +${owner} and ready and first <= +${high} and last >= +${low} order by first`,
  )
}

interface Row extends Record<string, unknown> {
  /** The bucket of a row of lists, or less than nothing for the layout of the block with that number. */
  number: number
  bytes: Uint8Array
}

function readRows(
  db: Reader,
  owner: string,
  buckets: readonly number[],
  blocks: readonly number[],
): Promise<Row[]> {
  return db.rows<Row>(
    db.dialect === 'postgres'
      ? sql`select bucket::float8 as number, postings as bytes from holdfast.code_postings where bucket = any(${arrayOf(buckets)}) and owner = ${owner}
            union all select -block::float8, layout from holdfast.code_blocks where block = any(${arrayOf(blocks)}) and owner = ${owner}`
      : sql`select bucket as number, postings as bytes from code_postings where ${isAmong('bucket', buckets)} and owner = ${owner}
            union all select -block, layout from code_blocks where ${isAmong('block', blocks)} and +owner = ${owner}`,
  )
}
