import type { LocalConnection } from '../../../core/local-database'
import { day, type KeptTable, keptTables } from './kept-tables'
import { listPolicies, type Policy } from './policies'
import { countWhole, hiddenBefore, iso, type Shown, shownBetween, shownRows } from './shown-rows'

/** What a clean-up of one table would delete now. Times are ISO 8601 UTC. */
export interface Preview {
  retention_days: number
  records_to_delete: number
  total_records: number
  oldest_record_to_delete: string | null
  newest_record_to_delete: string | null
  cutoff_date: string
  percentage_to_delete: number
}

/** Previews of the tables whose policy is active; of all, or of the one that is named. */
export function previewTables(
  db: LocalConnection,
  { table, now, rawDays }: { table?: string; now: number; rawDays: number },
): Record<string, Preview> {
  const policies = listPolicies(db, rawDays)
    .filter(({ table_name, is_active }) => is_active && (table === undefined || table_name === table))
    .map((policy) => ({ ...policy, cutoff: now - policy.retention_days * day }))
  const raw = policies.filter(({ table_name }) => !keptTable(table_name).rows)
  const bounds = raw.map(({ table_name, cutoff }) =>
    Math.max(cutoff, hiddenBefore(db, keptTable(table_name))),
  )
  const tables = raw.map(({ table_name }) => keptTable(table_name))
  const whole = raw.length === 0 ? [] : countWhole(db, tables, bounds)
  const counted = new Map(raw.map(({ table_name }, at) => [table_name, whole[at]!]))
  return Object.fromEntries(
    policies.map((policy) => [policy.table_name, preview(db, policy, counted.get(policy.table_name) ?? 0)]),
  )
}

/** How many rows of a table are older than `before`, milliseconds. Looks at those alone. */
export const countOld = (db: LocalConnection, { table, before }: { table: string; before: number }): number =>
  olderOf(db, keptTable(table), before).count

/** `whole`: rows in blocks of which nothing is older. */
function preview(
  db: LocalConnection,
  { table_name, retention_days, cutoff }: Policy & { cutoff: number },
  whole: number,
): Preview {
  const kept = keptTable(table_name)
  const { count: old, oldest, newest } = olderOf(db, kept, cutoff)
  const total = old + whole + youngerOf(db, kept, cutoff)
  return {
    retention_days,
    records_to_delete: old,
    total_records: total,
    oldest_record_to_delete: iso(oldest),
    newest_record_to_delete: iso(newest),
    cutoff_date: new Date(cutoff).toISOString(),
    percentage_to_delete: total === 0 ? 0 : Math.round((10_000 * old) / total) / 100,
  }
}

const keptTable = (name: string): KeptTable => keptTables.find((table) => table.name === name)!

const olderOf = (db: LocalConnection, kept: KeptTable, cutoff: number): Shown =>
  kept.rows
    ? shownRows(db, kept.rows, '<', cutoff)
    : shownBetween(db, kept, { from: hiddenBefore(db, kept), to: cutoff })

/** What is not older, but of raw rows only those that stand in one block with what is. */
function youngerOf(db: LocalConnection, kept: KeptTable, cutoff: number): number {
  if (kept.rows) return shownRows(db, kept.rows, '>=', cutoff).count
  const from = Math.max(cutoff, hiddenBefore(db, kept))
  return shownBetween(db, kept, { from, to: Number.MAX_SAFE_INTEGER, within: from }).count
}
