import type { LocalConnection } from '../../../core/local-database'
import { forgetStoredRollups } from '../rollups/live-rollups'
import { nextIds, purgeBatches, purgeSamples, purgeSeries } from './purge-samples'
import type { Place, Step } from './slices'

/** What there is to purge of, and what makes the step that does it. `before` is what its column compares with. */
const purges = {
  samples: purgeSamples,
  batches: purgeBatches,
  series: purgeSeries,
  rollup_hours: (db, before) => purgeRollups(db, 'rollup_hours', before),
  rollup_days: (db, before) => purgeRollups(db, 'rollup_days', before),
  api_key_usage_log: purgeUsage,
  dead_letters: purgeLetters,
  idempotency_keys: purgeKeys,
  pages: givePagesBack,
} satisfies Record<string, (db: LocalConnection, before: number | string) => Step>

export type Purge = keyof typeof purges

/** What a slice of a purge is told. */
export interface PurgeInput {
  of: Purge
  before?: number | string
  from: Place | null
}

export const purgeOf = (db: LocalConnection, { of, before = 0 }: PurgeInput): Step => purges[of](db, before)

/** Spans that began before a time, series by series: a place is the last series that is through. */
function purgeRollups(db: LocalConnection, table: string, before: number | string): Step {
  return (rows, from) => {
    const [first, last] = nextIds(db, 'rollup_series', from, rows)
    if (last === null) {
      // What is remembered of the tables may be of what is gone.
      forgetStoredRollups(db)
      return { deleted: 0, next: null }
    }
    const { changes } = db
      .statement(
        `delete from ${table} where (series, at) in (
           select r.series, r.at from rollup_series s cross join ${table} r on r.series = s.id and r.at < ?3
           where s.id between ?1 and ?2 limit ?4)`,
      )
      .run(first, last, before, rows)
    return { deleted: changes, next: changes < rows ? [last] : (from ?? []) }
  }
}

function purgeUsage(db: LocalConnection, before: number | string): Step {
  const statement = db.statement(
    'delete from api_key_usage_log where id in (select id from api_key_usage_log where timestamp < ? order by timestamp limit ?)',
  )
  return (rows) => {
    const { changes } = statement.run(before, rows)
    return { deleted: changes, next: changes < rows ? null : [] }
  }
}

function purgeLetters(db: LocalConnection, before: number | string): Step {
  return (rows, from) => {
    const [first, last] = nextIds(db, 'dead_letters', from, rows)
    if (last === null) return { deleted: 0, next: null }
    const { changes } = db
      .statement('delete from dead_letters where id between ? and ? and received_at < ?')
      .run(first, last, before)
    return { deleted: changes, next: [last] }
  }
}

/** In the order of the keys and not of their age: each page is come to once. */
function purgeKeys(db: LocalConnection, before: number | string): Step {
  return (rows, from) => {
    const after = from?.[0] ?? ''
    const { last } = db
      .statement<{ last: string | null }>(
        `select max(key) as last from (select key from idempotency_keys where key > ?1 order by key limit ?2)
         where exists (select 1 from idempotency_keys where received_at < ?3)`,
      )
      .get(after, rows, before)!
    if (last === null) return { deleted: 0, next: null }
    const { changes } = db
      .statement('delete from idempotency_keys where key > ? and key <= ? and +received_at < ?')
      .run(after, last, before)
    return { deleted: changes, next: [last] }
  }
}

/** Gives free pages back to the file system, those at the end of the file first. */
function givePagesBack(db: LocalConnection): Step {
  const free = () => db.statement<{ freelist_count: number }>('pragma freelist_count').get()!.freelist_count
  return (pages) => {
    const before = free()
    if (before > 0) db.script(`pragma incremental_vacuum(${pages})`)
    const after = free()
    return { deleted: before - after, next: after === 0 || after === before ? null : [] }
  }
}
