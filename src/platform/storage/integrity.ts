import type { Storage } from './storage'

/**
 * Reads the whole SQLite file and says what is damaged, at most 100 sentences; none when it is sound. Postgres checks its
 * pages itself.
 */
export async function integrityCheck(storage: Storage): Promise<string[]> {
  if (storage.dialect === 'postgres') return []
  const pages = await storage.admin.rows<{ integrity_check: string }>('pragma integrity_check(100)')
  const keys = await storage.admin.rows<{ table: string; parent: string }>('pragma foreign_key_check')
  return [
    ...pages.map((row) => row.integrity_check).filter((text) => text !== 'ok'),
    ...keys.slice(0, 100).map(({ table, parent }) => `${table}: a row points at a missing row of ${parent}`),
  ]
}
