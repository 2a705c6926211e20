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

/** How many rows of a table are older than `before`, milliseconds. Looks at those alone. */
export const countOld = (db: LocalConnection, { table, before }: { table: string; before: number }): number =>
  oldOf(db, keptTable(table), before).old

function preview(db: LocalConnection, { table_name, retention_days }: Policy, now: number): Preview {
  const cutoff = now - retention_days * day
  const kept = keptTable(table_name)
  const { old, young, oldest, newest } = oldOf(db, kept, cutoff)
  const total = old + young + youngOf(db, kept, cutoff)
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

const keptTable = (name: string): KeptTable => keptTables.find((table) => table.name === name)!

interface Counted {
  /** Rows that were looked at and are older. */
  old: number
  /** And those that are not. */
  young: number
  oldest: string | null
  newest: string | null
}

/** What is older than a time, found by what tells the times of many rows. */
function oldOf(db: LocalConnection, kept: KeptTable, cutoff: number): Counted {
  if (kept.rows) return { ...countRows(db, kept.rows, `${kept.rows.column} < ?`, cutoff), young: 0 }
  const [from, where, values] = shown(kept)
  const iso = (of: string) => `strftime('%Y-%m-%dT%H:%M:%fZ', ${of} / 1000.0, 'unixepoch')`
  return db
    .statement<Counted & Record<string, unknown>>(
      `select count(*) filter (where b.received_at < ?1) as old, count(*) filter (where b.received_at >= ?1) as young,
         ${iso('min(b.received_at) filter (where b.received_at < ?1)')} as oldest, ${iso('max(b.received_at) filter (where b.received_at < ?1)')} as newest
       from blocks k cross join samples m on m.id between k.first_id and k.last_id cross join batches b on b.id = m.batch ${from}
       where k.received_from < max(?1, ?2) and b.received_at >= ?2 ${where}`,
    )
    .get(cutoff, hiddenBefore(db, kept), ...values)!
}

/** How many rows stand where nothing is older. */
function youngOf(db: LocalConnection, kept: KeptTable, cutoff: number): number {
  if (kept.rows) return countRows(db, kept.rows, `${kept.rows.column} >= ?`, cutoff).old
  const [from, where, values] = shown(kept)
  return db
    .statement<{ count: number }>(
      `select count(*) as count from blocks k cross join samples m on m.id between k.first_id and k.last_id ${from}
       where k.received_from >= max(?1, ?2) ${where}`,
    )
    .get(cutoff, hiddenBefore(db, kept), ...values)!.count
}

/** What a table shows of `samples m`: a join, a condition, and its value. */
const shown = ({ type }: KeptTable): [from: string, where: string, LocalValue[]] =>
  type == null ? ['', '', []] : ['cross join series s on s.id = m.series', 'and s.metric_type = ?3', [type]]

const hiddenBefore = (db: LocalConnection, { name }: KeptTable): number =>
  db
    .statement<{ received_before: number }>(
      'select received_before from retention_cutoffs where table_name = ?',
    )
    .get(name)?.received_before ?? Number.MIN_SAFE_INTEGER

/** Of rollups those without dimensions are counted: what `metrics_hourly` and `metrics_daily` show. */
function countRows(
  db: LocalConnection,
  { table, column, as }: NonNullable<KeptTable['rows']>,
  where: string,
  cutoff: number,
): Pick<Counted, 'old' | 'oldest' | 'newest'> {
  const time = (of: string) => (as === 'milliseconds' ? `${of} / 1000.0, 'unixepoch'` : of)
  const iso = (of: string) => `strftime('%Y-%m-%dT%H:%M:%fZ', ${time(of)})`
  const from =
    table === 'api_key_usage_log'
      ? table
      : `rollup_series s cross join ${table} on series = s.id and level = ''`
  return db
    .statement<Counted & Record<string, unknown>>(
      `select count(*) as old, ${iso(`min(${column})`)} as oldest, ${iso(`max(${column})`)} as newest from ${from} where ${where}`,
    )
    .get(boundOf(as, cutoff))!
}
