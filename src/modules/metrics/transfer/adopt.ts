import type { LocalConnection } from '../../../core/local-database'

/** Tables of the predecessor whose names are views of ours. */
const moved = [
  'metrics',
  'auth_metrics',
  'discovery_metrics',
  'tool_metrics',
  'metrics_hourly',
  'metrics_daily',
]

/** Prefix of a predecessor's table that still has rows to be moved. */
export const aside = 'predecessor_'

const isTable = (db: LocalConnection, name: string) =>
  db.statement(`select 1 from sqlite_master where type = 'table' and name = ?`).get(name) !== null

/**
 * Makes room in a file that the predecessor wrote: its tables get other names, at once and together, before ours are made. Their rows are
 * moved afterwards, while metrics come in. Its keys, policies and usage log stay as they are.
 */
export function adoptFile(db: LocalConnection): void {
  if (!isTable(db, 'metrics')) return
  db.transaction(() => {
    for (const name of moved.filter((name) => isTable(db, name))) {
      db.script(`alter table ${name} rename to ${aside}${name}`)
    }
    db.script(
      `create index if not exists ${aside}metrics_request on ${aside}metrics (request_id);
       create table ${aside}progress (table_name text not null primary key, last_id integer not null)`,
    )
  })
}

export { isTable }
