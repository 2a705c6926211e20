import { sql } from 'drizzle-orm'
import type { TestApp } from '../kit/app'

/** Rows of a table of ours, read by the server itself; `where` is SQL that both databases know. */
export function rowsOf<T = Record<string, unknown>>(
  app: TestApp,
  table: string,
  where: string,
  columns = '*',
): Promise<T[]> {
  const name = app.storage.dialect === 'postgres' ? `holdfast."${table}"` : `"${table}"`
  return app.storage.system.read((db) =>
    db.rows(sql.raw(`select ${columns} from ${name} where ${where}`)),
  ) as Promise<T[]>
}

/** What a repository shows now: path → the columns asked for. */
export async function shown(app: TestApp, id: string): Promise<Map<string, Record<string, unknown>>> {
  const [repository] = await rowsOf<{ generation: number | string }>(app, 'repositories', `id = '${id}'`)
  const g = Number(repository!.generation)
  const files = await rowsOf(
    app,
    'indexed_files',
    `repository_id = '${id}' and added_in <= ${g} and (removed_in is null or removed_in > ${g}) order by path`,
  )
  return new Map(files.map((file) => [String(file.path), file]))
}

/** The text of a file as it was stored. */
export async function textOf(app: TestApp, id: string, path: string): Promise<string | undefined> {
  const blob = (await shown(app, id)).get(path)?.blob
  if (blob === undefined || blob === null) return undefined
  const low = Number(blob) * 1024
  const pieces = await rowsOf<{ text: string }>(
    app,
    'code_chunks',
    `chunk between ${low} and ${low + 1023} order by chunk`,
  )
  return pieces.map(({ text }) => text).join('')
}

export const countOf = async (app: TestApp, table: string, where: string): Promise<number> =>
  Number((await rowsOf<{ total: number | string }>(app, table, where, 'count(*) as total'))[0]!.total)
