import type { LocalConnection } from '../../../core/local-database'
import { boundOf, type KeptTable } from './kept-tables'

/** Rows of `samples` that a table shows, and the times at which they came, in milliseconds. */
export interface Shown {
  count: number
  oldest: number | null
  newest: number | null
}

/** A time of `Shown` as answers tell it: ISO 8601 UTC. */
export const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString())

/** What a table shows from when on; a type or every type. */
export type RawTable = Pick<KeptTable, 'name' | 'type'>

export const hiddenBefore = (db: LocalConnection, { name }: RawTable): number =>
  db
    .statement<{ received_before: number }>(
      'select received_before from retention_cutoffs where table_name = ?',
    )
    .get(name)?.received_before ?? Number.MIN_SAFE_INTEGER

/** Blocks by when their oldest row came. */
type Blocks = 'received_from < ?' | 'received_from >= ?'

/** Says that the rows of these blocks are looked at: an aggregate gives one row, however many it reads. */
const spendBlocks = (db: LocalConnection, which: Blocks, bound: number): void =>
  db.spend(
    db
      .statement<{ rows: number }>(
        `select coalesce(sum(last_id - first_id + 1), 0) as rows from blocks where ${which}`,
      )
      .get(bound)!.rows,
  )

/** What came between two times, looked for in the blocks that begin before `within`. */
export function shownBetween(
  db: LocalConnection,
  { type }: RawTable,
  { from, to, within = to }: { from: number; to: number; within?: number },
): Shown {
  spendBlocks(db, 'received_from < ?', within)
  return db
    .statement<Shown & Record<string, unknown>>(
      `select count(*) as count, min(b.received_at) as oldest, max(b.received_at) as newest
       from blocks k cross join samples m on m.id between k.first_id and k.last_id cross join batches b on b.id = m.batch ${joinOf(type)}
       where k.received_from < ?1 and b.received_at >= ?2 and b.received_at < ?3 ${type ? `and s.metric_type = '${type}'` : ''}`,
    )
    .get(within, from, to)!
}

/** How many rows each table shows in blocks that begin at its bound or later: one look at the rows for all tables. */
export function countWhole(db: LocalConnection, tables: RawTable[], bounds: number[]): number[] {
  const least = Math.min(...bounds)
  spendBlocks(db, 'received_from >= ?', least)
  const counts = tables.map(
    ({ type }, at) =>
      `count(*) filter (where k.received_from >= ?${at + 2} ${type ? `and s.metric_type = '${type}'` : ''})`,
  )
  const anyType = tables.find(({ type }) => type)?.type
  const [row] = db
    .statement(
      `select ${counts} from blocks k cross join samples m on m.id between k.first_id and k.last_id ${joinOf(anyType)} where k.received_from >= ?1`,
    )
    .values(least, ...bounds)
  return row as number[]
}

/** When the oldest or the newest row came that a table shows: looked for in the blocks from that end on. */
export function endOf(
  db: LocalConnection,
  { name, type }: RawTable,
  end: 'oldest' | 'newest',
): number | null {
  const hidden = hiddenBefore(db, { name })
  const [column, order, least] =
    end === 'oldest' ? ['received_from', 'asc', 'min'] : ['received_to', 'desc', 'max']
  const rows = db.statement<{ at: number | null }>(
    `select ${least}(b.received_at) as at from samples m cross join batches b on b.id = m.batch ${joinOf(type)}
     where m.id between ? and ? and b.received_at >= ? ${type ? `and s.metric_type = '${type}'` : ''}`,
  )
  const blocks = db.statement<{ first_id: number; last_id: number; at: number }>(
    `select first_id, last_id, ${column} as at from blocks where received_to >= ? order by ${column} ${order}`,
  )
  let found: number | null = null
  for (const block of blocks.iterate(hidden)) {
    if (found !== null && (end === 'oldest' ? block.at >= found : block.at <= found)) break
    db.spend(block.last_id - block.first_id)
    const { at } = rows.get(block.first_id, block.last_id, hidden)!
    if (at !== null) found = found === null ? at : Math[least as 'min' | 'max'](found, at)
  }
  return found
}

/** Rows of a table of their own, before a time or from it on. Of rollups those without dimensions are counted: what `metrics_hourly` and `metrics_daily` show. */
export function shownRows(
  db: LocalConnection,
  { table, column, as }: NonNullable<KeptTable['rows']>,
  compared: '<' | '>=',
  at: number,
): Shown {
  const time = (of: string) => (as === 'milliseconds' ? of : `round(1000 * unixepoch(${of}, 'subsec'))`)
  const whole = table === 'api_key_usage_log'
  if (whole) spendTable(db, table)
  const from = whole ? table : `rollup_series s cross join ${table} on series = s.id and level = ''`
  const groups = db.statement<Shown & Record<string, unknown>>(
    `select count(*) as count, ${time(`min(${column})`)} as oldest, ${time(`max(${column})`)} as newest
     from ${from} where ${column} ${compared} ? ${whole ? '' : 'group by s.id'}`,
  )
  const shown: Shown = { count: 0, oldest: null, newest: null }
  for (const { count, oldest, newest } of groups.iterate(boundOf(as, at))) {
    if (count === 0) continue
    db.spend(count)
    shown.count += count
    shown.oldest = Math.min(shown.oldest ?? oldest!, oldest!)
    shown.newest = Math.max(shown.newest ?? newest!, newest!)
  }
  return shown
}

/** Says that a table is looked at whole: about as many rows as it has ids. */
export const spendTable = (db: LocalConnection, table: string): void =>
  db.spend(
    db
      .statement<{ rows: number }>(
        `select coalesce((select max(id) from ${table}) - (select min(id) from ${table}), 0) as rows`,
      )
      .get()!.rows,
  )

const joinOf = (type: string | null | undefined) => (type ? 'cross join series s on s.id = m.series' : '')
