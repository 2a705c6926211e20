import { sql } from 'drizzle-orm'
import { readText } from '../../src/modules/code/search/index-text'
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
  const [file] = await rowsOf<{ owner: string }>(app, 'repositories', `id = '${id}'`)
  return app.storage.system.read((db) => readText(db, file!.owner, Number(blob)))
}

export const countOf = async (app: TestApp, table: string, where: string): Promise<number> =>
  Number((await rowsOf<{ total: number | string }>(app, table, where, 'count(*) as total'))[0]!.total)

/** Number of files and the texts of some, all seen in one read. */
export function seenAtOnce(
  app: TestApp,
  id: string,
  paths: readonly string[],
): Promise<{ files: number; texts: string[] }> {
  const { dialect } = app.storage
  const name = (table: string) => (dialect === 'postgres' ? `holdfast."${table}"` : `"${table}"`)
  return app.storage.system.read(async (db) => {
    const rows = await db.rows<{ path: string; blob: number | string; owner: string }>(
      sql.raw(`select f.path, f.blob, f.owner from ${name('indexed_files')} f join ${name('repositories')} r on r.id = f.repository_id
        where r.id = '${id}' and f.added_in <= r.generation and (f.removed_in is null or f.removed_in > r.generation)`),
    )
    const texts: string[] = []
    for (const { path, blob, owner } of rows)
      if (paths.includes(path)) texts.push(await readText(db, owner, Number(blob)))
    return { files: rows.length, texts }
  })
}
