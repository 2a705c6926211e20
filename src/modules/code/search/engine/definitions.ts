import { sql } from 'drizzle-orm'
import type { Reader } from '../../../../core/storage'
import { fold } from '../fold'

const mostDefinitions = 200

interface Row extends Record<string, unknown> {
  blob: number
  name: string
}

/** Texts that define exactly this name, letter case aside, by their first 200 definitions of it. */
export async function blobsDefining(db: Reader, owner: string, name: string): Promise<number[]> {
  const rows = await db.rows<Row>(
    db.dialect === 'postgres'
      ? // The function binds the owner itself; see the migration for why it is one.
        sql`select blob::float8 as blob, name from holdfast.code_definitions(lower(${name}::text), ${mostDefinitions}::integer)`
      : sql`select blob, name from symbols indexed by symbols_name_folded
            where owner = ${owner} and name = ${name} collate nocase order by blob limit ${mostDefinitions}`,
  )
  return rows.filter((row) => fold(row.name) === fold(name)).map(({ blob }) => blob)
}
