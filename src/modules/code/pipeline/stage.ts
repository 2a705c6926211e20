import { setImmediate as turn } from 'node:timers/promises'
import { and, eq, gt, inArray, isNull, lte, type SQL, sql } from 'drizzle-orm'
import type { Scope, Writer } from '../../../core/storage'
import { dependencies, indexedFiles, references } from '../tables'
import { takeNumbers } from './numbers'

/** Which rows belong to a generation: those of this repository. */
export interface StagePlace {
  scope: Scope
  owner: string
  repositoryId: string
}

/** A file's row as it is staged. */
export interface StagedFile {
  path: string
  blob: number | null
  hash: string
  language: string
  bytes: number
  skipped: string | null
  vendored: boolean
  generated: boolean
  test: boolean
  previous_path: string | null
  first_seen_at: Date
  indexed_at: Date
}

const atOnce = 50

const columns = [
  'path',
  'blob',
  'hash',
  'language',
  'bytes',
  'skipped',
  'vendored',
  'generated',
  'test',
  'previous_path',
  'first_seen_at',
  'indexed_at',
] as const

/** Adds rows that the generation will show. */
export async function addFiles(
  { scope, owner, repositoryId }: StagePlace,
  generation: number,
  files: readonly StagedFile[],
): Promise<void> {
  for (let from = 0; from < files.length; from += atOnce, await turn()) {
    const part = files.slice(from, from + atOnce)
    await scope.write(async (tx) => {
      const first = await takeNumbers(tx, owner, part.length)
      const rows = part.map((file, index) => [
        first + index,
        owner,
        repositoryId,
        generation,
        ...columns.map((column) => file[column]),
      ])
      await tx.addRows(indexedFiles.name, ['file', 'owner', 'repository_id', 'added_in', ...columns], rows)
    })
  }
}

/** Marks rows that the generation does not show any more, with what they refer to. */
export async function closeFiles(
  { scope, owner }: StagePlace,
  generation: number,
  files: readonly number[],
): Promise<void> {
  for (let from = 0; from < files.length; from += atOnce, await turn()) {
    const part = files.slice(from, from + atOnce)
    await scope.write(async (tx) => {
      for (const table of [indexedFiles, references]) {
        const t = table.on(tx.dialect)
        await tx
          .update(t as ReturnType<typeof indexedFiles.on>)
          .set({ removed_in: generation })
          .where(and(eq(t.owner, owner), inArray(t.file, part), isNull(t.removed_in)))
      }
    })
  }
}

/** Takes back what an attempt that was cut short has staged beyond `generation`. */
export async function unstage(place: StagePlace, generation: number): Promise<void> {
  for (const table of [indexedFiles, references, dependencies]) {
    await removeRows(place, table, (t) => gt(t.added_in, generation))
    await place.scope.write(async (tx) => {
      const t = table.on(tx.dialect) as ReturnType<typeof indexedFiles.on>
      await tx
        .update(t)
        .set({ removed_in: null })
        .where(and(ofRepository(t, place), gt(t.removed_in, generation)))
    })
  }
}

/** Removes rows that no generation from this one on shows. */
export async function removeClosed(place: StagePlace, generation: number): Promise<void> {
  for (const table of [indexedFiles, references, dependencies]) {
    await removeRows(place, table, (t) => lte(t.removed_in, generation))
  }
}

/** Removes every row of the repository. */
export async function removeAll(place: StagePlace): Promise<void> {
  for (const table of [indexedFiles, references, dependencies])
    await removeRows(place, table, () => sql`true`)
}

type Staged = typeof indexedFiles | typeof references | typeof dependencies
type Rows = ReturnType<typeof indexedFiles.on>

const ofRepository = (t: Rows, { owner, repositoryId }: StagePlace) =>
  and(eq(t.owner, owner), eq(t.repository_id, repositoryId))

/** Deletes in parts, between which others write. */
async function removeRows(place: StagePlace, table: Staged, which: (t: Rows) => SQL): Promise<void> {
  for (;;) {
    const removed = await place.scope.write((tx) => removePart(tx, place, table, which))
    if (removed < partSize) return
    await turn()
  }
}

const partSize = 500

async function removePart(
  tx: Writer,
  place: StagePlace,
  table: Staged,
  which: (t: Rows) => SQL,
): Promise<number> {
  const t = table.on(tx.dialect) as Rows
  const condition = and(ofRepository(t, place), which(t))
  const key = keyOf(table, tx)
  const rows = await tx.rows<{ found: number }>(
    sql`delete from ${t} where (${key}) in (select ${key} from ${t} where ${condition} limit ${partSize}) returning 1 as found`,
  )
  return rows.length
}

/** The columns that tell a row from all others. */
function keyOf(table: Staged, { dialect }: Writer): SQL {
  if (table === indexedFiles) return sql`${indexedFiles.on(dialect).file}`
  if (table === references) {
    const t = references.on(dialect)
    return sql`${t.file}, ${t.ordinal}, ${t.added_in}`
  }
  const t = dependencies.on(dialect)
  return sql`${t.repository_id}, ${t.manifest_path}, ${t.ecosystem}, ${t.name}, ${t.kind}, ${t.added_in}`
}
