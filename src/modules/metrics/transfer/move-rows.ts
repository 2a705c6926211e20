import type { LocalConnection } from '../../../core/local-database'
import type { Batch } from '../ingest/record'
import { aside, isTable } from './adopt'
import { batchesOf } from './batches'
import { generalRow, moveRow, type PredecessorRow, specialisedTables } from './predecessor'

/** Rows of one step: some 10 ms. */
const rowsAtOnce = 2000

/** What a step has moved. */
export interface Moved {
  rows: number
  done: boolean
}

/**
 * Moves some rows of a predecessor's file into our tables; call it until it is done. `store` runs a transaction that stores batches and whatever
 * else the work does. What a specialised table has beside a row of `metrics` is the same event and not counted twice; what it has alone is kept.
 */
export function moveSome(
  db: LocalConnection,
  now: number,
  store: (work: (add: (batch: Batch) => void) => void) => void,
): Moved {
  const metrics = `${aside}metrics`
  if (!isTable(db, metrics)) return { rows: 0, done: true }
  const from = (table: string) => rowsAfter(db, `${aside}${table}`, lastId(db, table))
  const move = (table: string, found: PredecessorRow[], wanted: PredecessorRow[]) => {
    store((add) => {
      for (const batch of batchesOf(wanted.map((row) => moveRow(row, now)))) add(batch)
      db.statement(
        `insert into ${aside}progress values (?, ?) on conflict (table_name) do update set last_id = excluded.last_id`,
      ).run(table, found.at(-1)!.id)
    })
    return { rows: wanted.length, done: false }
  }
  const plain = from('metrics')
  if (plain.length > 0) return move('metrics', plain, plain)
  for (const table of specialisedTables) {
    if (!isTable(db, `${aside}${table.name}`)) continue
    const found = from(table.name)
    if (found.length === 0) continue
    const alone = found.map((row) => generalRow(table, { ...row })).filter((row) => !isKnown(db, row))
    return move(table.name, found, alone)
  }
  db.transaction(() => dropEmptied(db))
  return { rows: 0, done: true }
}

function rowsAfter(db: LocalConnection, table: string, id: number): PredecessorRow[] {
  if (!isTable(db, table)) return []
  return db
    .statement<PredecessorRow>(`select * from ${table} where id > ? order by id limit ${rowsAtOnce}`)
    .all(id)
}

const lastId = (db: LocalConnection, table: string) =>
  db.statement<{ last_id: number }>(`select last_id from ${aside}progress where table_name = ?`).get(table)
    ?.last_id ?? -1

const isKnown = (db: LocalConnection, { request_id, timestamp, metric_type }: PredecessorRow) =>
  db
    .statement(
      `select 1 from ${aside}metrics where request_id = ? and timestamp = ? and metric_type = ? limit 1`,
    )
    .get(request_id, timestamp, metric_type) !== null

/** The rows stand in our tables now. Hourly and daily tables, which the predecessor never filled, stay if somebody else did. */
function dropEmptied(db: LocalConnection): void {
  for (const { name } of [{ name: 'metrics' }, ...specialisedTables])
    db.script(`drop table if exists ${aside}${name}`)
  for (const name of ['metrics_hourly', 'metrics_daily']) {
    const table = `${aside}${name}`
    if (isTable(db, table) && !db.statement(`select 1 from ${table} limit 1`).get())
      db.script(`drop table ${table}`)
  }
  db.script(`drop table ${aside}progress`)
}
