import type { LocalConnection, LocalValue } from '../../../core/local-database'
import { boundOf, day, type KeptTable, keptTables } from './kept-tables'
import { listPolicies, type Policy } from './policies'

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

interface Counted {
  total: number
  old: number
  oldest: string | null
  newest: string | null
}

/** Previews of the tables whose policy is active; of all, or of the one that is named. */
export function previewTables(
  db: LocalConnection,
  { table, now, rawDays }: { table?: string; now: number; rawDays: number },
): Record<string, Preview> {
  const policies = listPolicies(db, rawDays).filter(
    ({ table_name, is_active }) => is_active && (table === undefined || table_name === table),
  )
  return Object.fromEntries(policies.map((policy) => [policy.table_name, preview(db, policy, now)]))
}

function preview(db: LocalConnection, { table_name, retention_days }: Policy, now: number): Preview {
  const cutoff = now - retention_days * day
  const kept = keptTables.find(({ name }) => name === table_name)!
  const { total, old, oldest, newest } = count(db, kept, cutoff)
  return {
    retention_days,
    records_to_delete: old,
    total_records: total,
    oldest_record_to_delete: oldest,
    newest_record_to_delete: newest,
    cutoff_date: new Date(cutoff).toISOString(),
    percentage_to_delete: total === 0 ? 0 : Math.round((10_000 * old) / total) / 100,
  }
}

function count(db: LocalConnection, { name, type, rows }: KeptTable, cutoff: number): Counted {
  if (rows) {
    const time = rows.as === 'milliseconds' ? `${rows.column} / 1000.0, 'unixepoch'` : rows.column
    return select(db, rows.table, rows.column, time, 'true', [], boundOf(rows.as, cutoff))
  }
  const shown = `received_at >= coalesce((select received_before from retention_cutoffs where table_name = ?), -1e18)`
  const [where, values] = type == null ? [shown, [name]] : [`${shown} and metric_type = ?`, [name, type]]
  return select(
    db,
    'stored_metrics',
    'received_at',
    `received_at / 1000.0, 'unixepoch'`,
    where,
    values,
    cutoff,
  )
}

function select(
  db: LocalConnection,
  table: string,
  column: string,
  time: string,
  where: string,
  values: LocalValue[],
  cutoff: LocalValue,
): Counted {
  const iso = (of: string) => `strftime('%Y-%m-%dT%H:%M:%fZ', ${time.replace(column, of)})`
  const sql = `select count(*) as total, count(*) filter (where ${column} < ?) as old,
      ${iso(`min(${column}) filter (where ${column} < ?)`)} as oldest, ${iso(`max(${column}) filter (where ${column} < ?)`)} as newest
    from ${table} where ${where}`
  return db.statement<Counted>(sql).get(cutoff, cutoff, cutoff, ...values)!
}
