import type { Reader } from '../../../core/storage'
import type { Filter } from '../entries/filter'
import { listEntries, type Start } from '../entries/list'
import type { ListedRow } from '../entries/list-query'

/** Entries that one answer looks at; of more, the newest. */
export const mostAnalyzed = 5_000
const pageSize = 100

/**
 * The newest entries that the filter lets through, at most `mostAnalyzed`, each mapped to the little that is kept of it. Others get their
 * turn between two pages. `truncated` says that there were more.
 */
export async function readHistory<T>(
  db: Reader,
  owner: string,
  filter: Filter,
  map: (row: ListedRow) => T,
): Promise<{ kept: T[]; truncated: boolean }> {
  const kept: T[] = []
  let start: Start = { after: undefined, offset: 0 }
  while (kept.length < mostAnalyzed) {
    const rows = await listEntries(db, owner, filter, start, pageSize + 1)
    const page = rows.slice(0, pageSize)
    kept.push(...page.map(map))
    if (rows.length <= pageSize) return { kept, truncated: false }
    const last = page.at(-1)!
    start = { after: { occurredAt: last.occurred_at.getTime(), id: last.id }, offset: 0 }
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { kept, truncated: true }
}
