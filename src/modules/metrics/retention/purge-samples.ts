import type { LocalConnection } from '../../../core/local-database'
import { rolledId, settleRollups } from '../rollups/live-rollups'
import { keptTables } from './kept-tables'
import type { Place, Step } from './slices'

/** From now on `table` does not show what was received before; a cutoff never goes back. */
export const hide = (db: LocalConnection, { table, before }: { table: string; before: number }): void =>
  void db
    .statement(
      `insert into retention_cutoffs (table_name, received_before) values (?, ?)
       on conflict (table_name) do update set received_before = max(received_before, excluded.received_before)`,
    )
    .run(table, before)

/** Samples that no table shows any more; a place is the last id that was looked at, and the first of its block. */
export function purgeSamples(db: LocalConnection): Step {
  const gone = hiddenTypes(db)
  return (rows, from) => {
    const [after, blockId] = (from ?? [0, 0]) as [number, number]
    const block = nextBlock(db, after, blockId, gone.before)
    if (!block) return { deleted: 0, next: null }
    const first = Math.max(block.first_id, after + 1)
    const last = Math.min(block.last_id, first + rows - 1)
    // What is deleted cannot be rolled up any more.
    if (last > rolledId(db)) settleRollups(db)
    const deleted = purgeRows(db, first, last, gone)
    if (last === block.last_id) noteRest(db, block)
    return { deleted, next: [last, block.first_id] }
  }
}

/** Requests that no sample needs any more. */
export function purgeBatches(db: LocalConnection): Step {
  const oldest = db.statement<{ batch: number }>('select batch from samples order by id limit 1').get()
  const newest = db.statement<{ batch: number | null }>('select max(id) as batch from batches').get()!
  const first = oldest?.batch ?? newest.batch
  return (rows) => {
    if (first === null) return { deleted: 0, next: null }
    const { changes } = db
      .statement('delete from batches where id in (select id from batches where id < ? order by id limit ?)')
      .run(first, rows)
    return { deleted: changes, next: changes < rows ? null : [] }
  }
}

/** Series that no sample needs any more: a series is used for a day after it was added, and an hour is for clocks. The newest stays, so that no id comes again. */
export function purgeSeries(db: LocalConnection): Step {
  // Rows that were imported were received before others of lower ids.
  const { at } = db.statement<{ at: number | null }>('select min(received_from) as at from blocks').get()!
  const { newest } = db.statement<{ newest: number }>('select max(id) as newest from series').get()!
  return (rows, from) => {
    const [first, last] = nextIds(db, 'series', from, rows)
    if (at === null || last === null) return { deleted: 0, next: null }
    const { changes } = db
      .statement('delete from series where id between ? and ? and created_at < ?')
      .run(first, Math.min(last, newest - 1), at - 25 * 3_600_000)
    return { deleted: changes, next: [last] }
  }
}

/** The next ids of a table behind a place, about so many; the last is null when there are none. */
export function nextIds(
  db: LocalConnection,
  table: string,
  from: Place | null,
  rows: number,
): [number, number | null] {
  const after = Number(from?.[0] ?? 0)
  const { last } = db
    .statement<{ last: number | null }>(
      `select max(id) as last from (select id from ${table} where id > ? order by id limit ?)`,
    )
    .get(after, rows)!
  return [after + 1, last]
}

interface Block {
  first_id: number
  last_id: number
}

/** Which rows no table shows: those of a type before its time. */
interface Hidden {
  /** The latest of the times. */
  before: number
  /** SQL over `s.metric_type` that gives the time. */
  bound: string
}

function hiddenTypes(db: LocalConnection): Hidden {
  const rows = db
    .statement<{ table_name: string; received_before: number }>('select * from retention_cutoffs')
    .all()
  const cutoffs = new Map(rows.map((row) => [row.table_name, row.received_before]))
  const all = cutoffs.get('metrics') ?? Number.MIN_SAFE_INTEGER
  const cases = keptTables
    .filter(({ type }) => type)
    .map(({ name, type }) => ({ type, before: Math.min(all, cutoffs.get(name) ?? Number.MIN_SAFE_INTEGER) }))
  const whens = cases.map(({ type, before }) => `when '${type}' then ${before}`).join(' ')
  return { before: all, bound: `case s.metric_type ${whens} else ${all} end` }
}

/** The block that a place lies in, or the next one, if it may hold what is to go. */
const nextBlock = (db: LocalConnection, after: number, blockId: number, before: number) =>
  db
    .statement<Block>(
      'select first_id, last_id from blocks where first_id >= ? and last_id > ? and received_from < ? order by first_id limit 1',
    )
    .get(blockId, after, before)

function purgeRows(db: LocalConnection, first: number, last: number, { bound }: Hidden): number {
  return db
    .statement(
      `delete from samples where id in (
         select m.id from samples m join batches b on b.id = m.batch join series s on s.id = m.series
         where m.id between ? and ? and b.received_at < ${bound})`,
    )
    .run(first, last).changes
}

/** What is left of a block that was looked at whole. */
function noteRest(db: LocalConnection, { first_id, last_id }: Block): void {
  db.statement(
    `update blocks set received_from = coalesce(
       (select min(b.received_at) from samples m join batches b on b.id = m.batch where m.id between ? and ?), received_to)
     where first_id = ?`,
  ).run(first_id, last_id, first_id)
  // The newest block stays: it is still written to.
  db.statement(
    `delete from blocks where first_id = ? and first_id < (select max(first_id) from blocks)
     and not exists (select 1 from samples where id between ? and ?)`,
  ).run(first_id, first_id, last_id)
}
