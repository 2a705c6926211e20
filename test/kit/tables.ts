import { join } from 'node:path'
import type { Table } from '../../src/core/table'
import { sourceFiles } from './source'

/** Every table that the source declares: the exports of all files that call `table(…)`. */
export async function declaredTables(): Promise<Table<unknown>[]> {
  const files = sourceFiles('src').filter(
    ({ text, path }) => /\btable\(\s*'/.test(text) && path !== 'src/core/table.ts',
  )
  const exported = await Promise.all(
    files.map(async ({ path }) =>
      Object.values((await import(join(import.meta.dir, '../..', path))) as object),
    ),
  )
  return exported.flat().filter(isTable)
}

const isTable = (value: unknown): value is Table<unknown> =>
  typeof value === 'object' && value !== null && 'on' in value && 'owner' in value && 'name' in value
