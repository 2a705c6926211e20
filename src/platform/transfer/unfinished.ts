import { sql } from 'drizzle-orm'
import type { Writer } from '../../core/storage'
import { schemaName } from '../../core/table'
import { listTables } from '../storage/catalog'
import type { Storage } from '../storage/storage'

/** Stands in the database from the first row of an import to its last check; nothing serves while it does. */
const table = 'unfinished_import'

const qualified = ({ dialect }: Pick<Storage, 'dialect'>) =>
  dialect === 'postgres' ? `${schemaName}.${table}` : table

/** How far an import has come. */
export interface Unfinished {
  /** The archive's id. */
  archive: string
  /** Entries of it that are stored. */
  done: number
}

/** The import that has begun in this database and has not ended, or undefined. */
export async function findUnfinished(storage: Storage): Promise<Unfinished | undefined> {
  if (!(await listTables(storage)).includes(table)) return undefined
  const [row] = await storage.admin.rows<Unfinished>(`select archive, done from ${qualified(storage)}`)
  return row && { archive: row.archive, done: Number(row.done) }
}

/** Throws where an import has begun and has not ended. */
export async function refuseUnfinished(storage: Storage): Promise<void> {
  if (await findUnfinished(storage))
    throw new Error(
      "an import into this database was interrupted: run 'holdfast import' with that archive again",
    )
}

/** Notes that an import begins; throws when another one has begun meanwhile. */
export function beginImport(storage: Storage, archive: string): Promise<void> {
  const name = qualified(storage)
  return storage.admin.transaction(async (session) => {
    await session.run(`create table ${name} (archive text not null, done integer not null)`)
    if (storage.dialect === 'postgres')
      await session.run(`grant select, update on ${name} to holdfast_system`)
    await session.rows(
      `insert into ${name} (archive, done) values (${storage.dialect === 'postgres' ? '$1' : '?'}, 0)`,
      [archive],
    )
  })
}

/** Notes one more entry, in the transaction that stores it. Throws when another process has done so. */
export async function noteDone(tx: Writer, done: number): Promise<void> {
  const name = sql.raw(qualified(tx))
  const rows = await tx.rows(sql`update ${name} set done = ${done + 1} where done = ${done} returning done`)
  if (rows.length !== 1) throw new Error('another process imports into this database: let it end')
}

/** Notes that everything is stored, local files too. */
export function noteAll(storage: Storage, done: number): Promise<void> {
  return storage.system.write((tx) => tx.execute(sql`update ${sql.raw(qualified(tx))} set done = ${done}`))
}

/** From now on the database serves. */
export function endImport(storage: Storage): Promise<void> {
  return storage.admin.transaction((session) => session.run(`drop table ${qualified(storage)}`))
}
