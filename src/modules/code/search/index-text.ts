import { and, asc, between, eq, sql } from 'drizzle-orm'
import type { Reader, Writer } from '../../../core/storage'
import { codeChunks } from '../tables'
import { chunksOf, chunksPerBlob } from './chunks'

/** A text to be found by its number. */
export interface BlobText {
  blob: number
  text: string
}

/** Makes texts searchable, in the transaction that stores them. */
export async function indexText(tx: Writer, owner: string, texts: readonly BlobText[]): Promise<void> {
  const rows = texts.flatMap(({ blob, text }) =>
    chunksOf(text).map((chunk, ordinal) => [blob * chunksPerBlob + ordinal, chunk.firstLine, chunk.text]),
  )
  if (rows.length === 0) return
  const json = JSON.stringify(rows)
  if (tx.dialect === 'postgres') {
    await tx.execute(sql`insert into holdfast.code_chunks (chunk, owner, first_line, text)
      select (row ->> 0)::bigint, ${owner}::text, (row ->> 1)::integer, row ->> 2
      from jsonb_array_elements((${json}::text)::jsonb) as row`)
    return
  }
  await tx.execute(sql`insert into code_chunks (chunk, owner, first_line, text)
    select json_extract(value, '$[0]'), ${owner}, json_extract(value, '$[1]'), json_extract(value, '$[2]')
    from json_each(${json}) order by 1`)
  await tx.execute(sql`insert into code_text (rowid, text)
    select json_extract(value, '$[0]'), json_extract(value, '$[2]') from json_each(${json}) order by 1`)
}

const low = (blob: number) => blob * chunksPerBlob
const high = (blob: number) => blob * chunksPerBlob + chunksPerBlob - 1

/** Takes texts out of the search; pass the owner's own alone. */
export async function removeText(tx: Writer, owner: string, blobs: readonly number[]): Promise<void> {
  const t = codeChunks.on(tx.dialect)
  for (const blob of blobs) {
    const pieces = between(t.chunk, low(blob), high(blob))
    if (tx.dialect === 'sqlite')
      await tx.execute(
        sql`delete from code_text where rowid in (select chunk from code_chunks where chunk between ${low(blob)} and ${high(blob)})`,
      )
    await tx.delete(t).where(and(eq(t.owner, owner), pieces))
  }
}

/** The text as it was indexed; '' for an empty one. */
export async function readText(db: Reader, owner: string, blob: number): Promise<string> {
  const t = codeChunks.on(db.dialect)
  const pieces = await db
    .select({ text: t.text })
    .from(t)
    .where(and(eq(t.owner, owner), between(t.chunk, low(blob), high(blob))))
    .orderBy(asc(t.chunk))
  return pieces.map(({ text }) => text).join('')
}
