import { and, asc, between, eq, gte, lte, max, min, sql } from 'drizzle-orm'
import type { Reader, Scope, Writer } from '../../../../core/storage'
import { codeBlobs, codeBlocks, codePostings } from '../../tables'
import { gramNumberCount } from '../grams'
import type { Bucket } from './encode'

/** Whose blocks. */
export interface BlockPlace {
  scope: Scope
  owner: string
  repositoryId: string
}

/** A stretch of a repository's texts, as it was when it was written. */
export interface Block {
  block: number
  first: number
  last: number
  pieces: number
  blobs: number
  /** Some of its texts define what its lists do not know of. */
  stale: boolean
}

/** A text on its way into a block. */
export interface Blob {
  blob: number
  bytes: number
}

type Blocks = ReturnType<typeof codeBlocks.on>

type Owned = Omit<BlockPlace, 'scope'>

const ofPlace = (t: Blocks, { owner, repositoryId }: Owned) =>
  and(eq(t.repository_id, repositoryId), eq(t.owner, owner))

/** A repository's blocks in order. */
export function listBlocks(db: Reader, place: BlockPlace): Promise<Block[]> {
  const t = codeBlocks.on(db.dialect)
  const { block, first, last, pieces, blobs, stale } = t
  return db
    .select({ block, first, last, pieces, blobs, stale })
    .from(t)
    .where(and(ofPlace(t, place), t.ready))
    .orderBy(asc(first))
}

/** The first and the last text of a repository's blocks; undefined where there is none. */
export async function rangeOfBlocks(
  db: Reader,
  place: Owned,
): Promise<{ low: number; high: number } | undefined> {
  const t = codeBlocks.on(db.dialect)
  const [row] = await db
    .select({ low: min(t.first), high: max(t.last) })
    .from(t)
    .where(and(ofPlace(t, place), t.ready))
  return row && row.low !== null && row.high !== null ? { low: row.low, high: row.high } : undefined
}

/** A repository's texts between two numbers, both included, in order. */
export function listBlobs(
  db: Reader,
  { owner, repositoryId }: BlockPlace,
  low: number,
  high: number,
): Promise<Blob[]> {
  const t = codeBlobs.on(db.dialect)
  return db
    .select({ blob: t.blob, bytes: t.bytes })
    .from(t)
    .where(and(eq(t.repository_id, repositoryId), eq(t.owner, owner), between(t.blob, low, high)))
    .orderBy(asc(t.blob))
}

/** What is written of a block. */
export interface NewBlock extends Omit<Block, 'block' | 'stale'> {
  buckets: number
  layout: Uint8Array
}

/** Adds a block that readers do not see yet. Returns its number. */
export async function addBlock(tx: Writer, place: BlockPlace, block: NewBlock): Promise<number> {
  const { first, last, pieces, blobs, buckets, layout } = block
  await tx.addRows(
    codeBlocks.name,
    ['first', 'last', 'owner', 'repository_id', 'ready', 'pieces', 'blobs', 'buckets', 'stale', 'layout'],
    [[first, last, place.owner, place.repositoryId, false, pieces, blobs, buckets, false, layout]],
  )
  const t = codeBlocks.on(tx.dialect)
  const [newest] = await tx
    .select({ block: max(t.block) })
    .from(t)
    .where(ofPlace(t, place))
  return newest!.block!
}

/** Adds rows of a block. */
export const addPostings = (
  tx: Writer,
  owner: string,
  block: number,
  rows: readonly Bucket[],
): Promise<void> =>
  tx.addRows(
    codePostings.name,
    ['bucket', 'owner', 'postings'],
    rows.map(({ bucket, postings }) => [block * gramNumberCount + bucket, owner, postings]),
  )

/** Blocks that begin at `from` or later, and end with one of the texts from `start` to `end`. */
export interface Stretch {
  from: number
  start: number
  end: number
}

/** Shows a block in the place of others. */
export async function showBlock(tx: Writer, place: BlockPlace, old: Stretch, block: number): Promise<void> {
  await hideBlocks(tx, place, old)
  const t = codeBlocks.on(tx.dialect)
  await tx
    .update(t)
    .set({ ready: true })
    .where(and(ofPlace(t, place), eq(t.block, block)))
}

export async function hideBlocks(
  tx: Writer,
  place: BlockPlace,
  { from, start, end }: Stretch,
): Promise<void> {
  const t = codeBlocks.on(tx.dialect)
  await tx
    .update(t)
    .set({ ready: false })
    .where(and(ofPlace(t, place), t.ready, gte(t.first, from), between(t.last, start, end)))
}

/** Notes that this text defines something else than when its block was written. */
export async function markStale(tx: Writer, place: Owned, blob: number): Promise<void> {
  const t = codeBlocks.on(tx.dialect)
  await tx
    .update(t)
    .set({ stale: true })
    .where(and(ofPlace(t, place), t.ready, lte(t.first, blob), gte(t.last, blob)))
}

/** Removes the blocks that are not ready, in parts between which others write. */
export async function removeHidden(place: BlockPlace): Promise<void> {
  const { scope, owner } = place
  const hidden = await scope.read((db) => {
    const t = codeBlocks.on(db.dialect)
    const { block, buckets } = t
    return db
      .select({ block, buckets })
      .from(t)
      .where(and(ofPlace(t, place), sql`not ${t.ready}`))
  })
  for (const { block, buckets } of hidden) {
    const first = block * gramNumberCount
    for (let at = first; at < first + buckets; at += bucketsAtOnce)
      await scope.write(async (tx) => {
        const t = codePostings.on(tx.dialect)
        await tx.delete(t).where(and(eq(t.owner, owner), between(t.bucket, at, at + bucketsAtOnce - 1)))
      })
    await scope.write(async (tx) => {
      const t = codeBlocks.on(tx.dialect)
      await tx.delete(t).where(and(ofPlace(t, place), eq(t.block, block)))
    })
  }
}

const bucketsAtOnce = 256
