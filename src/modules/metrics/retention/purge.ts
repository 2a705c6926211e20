import type { LocalConnection } from '../../../core/local-database'
import { rolledId, settleRollups } from '../rollups/live-rollups'
import { boundOf, keptTables } from './kept-tables'

/** Milliseconds that one slice may take: what waits behind it on the writing thread waits no longer. */
const sliceMs = 30
/** Days that a key of idempotency is remembered: retries come within minutes. */
const idempotencyDays = 7

/** How far a purge has come; handed from slice to slice. */
export interface Progress {
  /** Rows of `samples` up to here have been looked at. */
  afterId: number
  /** Rows deleted so far. */
  deleted: number
  done: boolean
}

export const begun: Progress = { afterId: 0, deleted: 0, done: false }

/** From now on `table` does not show what was received before; a cutoff never goes back. */
export const hide = (db: LocalConnection, { table, before }: { table: string; before: number }): void =>
  void db
    .statement(
      `insert into retention_cutoffs (table_name, received_before) values (?, ?)
       on conflict (table_name) do update set received_before = max(received_before, excluded.received_before)`,
    )
    .run(table, before)

/** Deletes samples that no table shows any more, for a moment; call it until it is done. */
export function purgeSamples(db: LocalConnection, progress: Progress): Progress {
  const ends = performance.now() + sliceMs
  const gone = hiddenTypes(db)
  let { afterId, deleted } = progress
  for (;;) {
    const block = nextBlock(db, afterId, gone.before)
    if (!block) return { afterId, deleted, done: purgeParents(db, ends) }
    deleted += db.transaction(() => purgeBlock(db, block, gone))
    afterId = block.last_id
    if (performance.now() > ends) return { afterId, deleted, done: false }
  }
}

/** Deletes from a table of its own what is older than `before`, for a moment; returns how many rows went and whether it is done. */
export function purgeTable(
  db: LocalConnection,
  { table, before }: { table: string; before: number },
): { deleted: number; done: boolean } {
  const rows = keptTables.find(({ name }) => name === table)!.rows!
  return purgeRows(db, rows.table, rows.column, boundOf(rows.as, before))
}

/** What nobody sees: dead letters older than `before`, and old keys of idempotency. */
export function purgeRest(
  db: LocalConnection,
  { before, now }: { before: number; now: number },
): { deleted: number; done: boolean } {
  const letters = purgeRows(db, 'dead_letters', 'received_at', before)
  const keys = purgeRows(db, 'idempotency_keys', 'received_at', now - idempotencyDays * 86_400_000)
  return { deleted: letters.deleted + keys.deleted, done: letters.done && keys.done }
}

/** Gives free pages back to the file system, for a moment. */
export function shrink(db: LocalConnection): { done: boolean } {
  const ends = performance.now() + sliceMs
  const free = () => db.statement<{ freelist_count: number }>('pragma freelist_count').get()!.freelist_count
  let before = free()
  while (before > 0 && performance.now() < ends) {
    db.script('pragma incremental_vacuum(200)')
    const after = free()
    if (after >= before) return { done: true }
    before = after
  }
  return { done: before === 0 }
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

const nextBlock = (db: LocalConnection, afterId: number, before: number) =>
  db
    .statement<Block>(
      'select first_id, last_id from blocks where first_id > ? and received_from < ? order by first_id limit 1',
    )
    .get(afterId, before)

function purgeBlock(db: LocalConnection, { first_id, last_id }: Block, { bound }: Hidden): number {
  // What is deleted cannot be rolled up any more.
  if (last_id > rolledId(db)) settleRollups(db)
  const { changes } = db
    .statement(
      `delete from samples where id in (
         select m.id from samples m join batches b on b.id = m.batch join series s on s.id = m.series
         where m.id between ? and ? and b.received_at < ${bound})`,
    )
    .run(first_id, last_id)
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
  return changes
}

/** Requests and series that no sample needs any more. A series is used for a day after it was added, and an hour is for clocks. */
function purgeParents(db: LocalConnection, ends: number): boolean {
  const oldest = db.statement<{ batch: number }>('select batch from samples order by id limit 1').get()
  const batch =
    oldest?.batch ??
    db.statement<{ batch: number | null }>('select max(id) as batch from batches').get()!.batch
  if (batch === null) return true
  // Rows that were imported were received before others of lower ids.
  const received = db.statement<{ at: number }>('select min(received_from) as at from blocks').get()!
  const orphans = [
    ['delete from batches where id in (select id from batches where id < ? limit 1000)', batch],
    [
      'delete from series where id in (select id from series where created_at < ? limit 1000)',
      received.at - 25 * 3_600_000,
    ],
  ] as const
  for (const [sql, bound] of orphans) {
    while (db.statement(sql).run(bound).changes > 0) if (performance.now() > ends) return false
  }
  return true
}

function purgeRows(
  db: LocalConnection,
  table: string,
  column: string,
  before: string | number,
): { deleted: number; done: boolean } {
  const ends = performance.now() + sliceMs
  const keys = table.startsWith('rollup_') ? 'series, at' : table === 'idempotency_keys' ? 'key' : 'id'
  const sql = `delete from ${table} where (${keys}) in (select ${keys} from ${table} where ${column} < ? limit 500)`
  let deleted = 0
  while (performance.now() < ends) {
    const { changes } = db.statement(sql).run(before)
    deleted += changes
    if (changes === 0) return { deleted, done: true }
  }
  return { deleted, done: false }
}
