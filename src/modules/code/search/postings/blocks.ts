import { sql } from 'drizzle-orm'
import type { Reader, Scope, Writer } from '../../../../core/storage'

/** Whose blocks. */
export interface BlockPlace {
  scope: Scope
  owner: string
  repositoryId: string
}

/** A stretch of a repository's texts with the lists of their trigrams. Texts that were removed since stay in the lists until the block is written again. */
export interface Block {
  /** Its first text: no other block begins with it. */
  first: number
  last: number
  /** Texts and pieces when it was written. */
  blobs: number
  pieces: number
}

/** A text on its way into a block. */
export interface Blob {
  blob: number
  bytes: number
}

interface BlockRow extends Block, Record<string, unknown> {}

/** A repository's blocks in order. */
export const listBlocks = (db: Reader, { owner, repositoryId }: BlockPlace): Promise<Block[]> =>
  db.rows<BlockRow>(sql`select first::float8 as first, last::float8 as last, blobs, pieces from holdfast.code_blocks
    where repository_id = ${repositoryId} and owner = ${owner} order by code_blocks.first`)

/** Blocks half of whose texts are gone. */
export const listSparse = (db: Reader, { owner, repositoryId }: BlockPlace): Promise<Block[]> =>
  db.rows<BlockRow>(sql`select first::float8 as first, last::float8 as last, blobs, pieces from holdfast.code_blocks b
    where repository_id = ${repositoryId} and owner = ${owner} and blobs >= 2 * (select count(*) from holdfast.code_blobs t
      where t.repository_id = b.repository_id and t.owner = b.owner and t.blob between b.first and b.last)
    order by b.first`)

/** A repository's texts between two numbers, both included, in order. */
export const listBlobs = (
  db: Reader,
  { owner, repositoryId }: BlockPlace,
  low: number,
  high: number,
): Promise<Blob[]> =>
  db.rows<
    Blob & Record<string, unknown>
  >(sql`select blob::float8 as blob, bytes::float8 as bytes from holdfast.code_blobs
    where repository_id = ${repositoryId} and owner = ${owner} and blob between ${low}::bigint and ${high}::bigint order by code_blobs.blob`)

/** What is written of a block. */
export interface NewBlock extends Block {
  buckets: number
  layout: Uint8Array
}

/** Blocks that begin at `from` or later, and end with one of the texts from `start` to `end`. */
export interface Stretch {
  from: number
  start: number
  end: number
}

/** Puts a block in the place of others; its rows follow in the same transaction. */
export async function replaceBlocks(
  tx: Writer,
  place: BlockPlace,
  old: Stretch,
  block: NewBlock,
): Promise<void> {
  await removeBlocks(tx, place, old)
  const { first, last, blobs, pieces, buckets, layout } = block
  await tx.execute(sql`insert into holdfast.code_blocks (first, last, owner, repository_id, blobs, pieces, buckets, layout)
    values (${first}::bigint, ${last}::bigint, ${place.owner}, ${place.repositoryId}, ${blobs}::integer, ${pieces}::integer, ${buckets}::integer,
      decode(${base64(layout)}, 'base64'))`)
}

export async function removeBlocks(
  tx: Writer,
  { owner, repositoryId }: BlockPlace,
  { from, start, end }: Stretch,
): Promise<void> {
  await tx.execute(sql`with gone as (delete from holdfast.code_blocks where repository_id = ${repositoryId} and owner = ${owner}
      and first >= ${from}::bigint and last between ${start}::bigint and ${end}::bigint returning first)
    delete from holdfast.code_postings p using gone where p.first = gone.first and p.owner = ${owner}`)
}

/** Adds rows of a block. */
export async function addPostings(
  tx: Writer,
  owner: string,
  first: number,
  rows: readonly { bucket: number; postings: Uint8Array }[],
): Promise<void> {
  const packed = JSON.stringify(rows.map(({ bucket, postings }) => [bucket, base64(postings)]))
  await tx.execute(sql`insert into holdfast.code_postings (first, bucket, owner, postings)
    select ${first}::bigint, (row ->> 0)::integer, ${owner}::text, decode(row ->> 1, 'base64')
    from jsonb_array_elements((${packed}::text)::jsonb) as row`)
}

const base64 = (bytes: Uint8Array) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
