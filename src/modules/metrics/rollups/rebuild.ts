import type { LocalConnection } from '../../../core/local-database'
import type { StoredSample } from '../store/row'
import { forgetRollups, rollupFollower } from './follower'
import { completeSince } from './raw-rows'
import { type Grain, grainLength, grains, startOf, tableOf } from './rollup'

/** How far a rebuild has come. */
export interface Rebuilt {
  /** Rows rolled up so far. */
  done: number
  /** Rows there were when it was last looked. */
  total: number
  finished: boolean
}

const shadowOf: Record<Grain, string> = { hour: 'rollup_hours_rebuilt', day: 'rollup_days_rebuilt' }

/** Rows of one step: a moment's work, after which others have their turn. */
const together = 5000

/**
 * Begins to compute all rollups anew from the raw rows, beside those that queries go on reading. False when one was begun before and goes on; `restart`
 * begins all the same.
 */
export function beginRebuild(db: LocalConnection, { restart = false } = {}): boolean {
  return db.transaction(() => {
    if (!restart && db.statement('select 1 from rollup_rebuild').get()) return false
    for (const grain of grains) {
      db.script(`drop table if exists ${shadowOf[grain]}; ${createLike(db, grain)}`)
    }
    db.script('delete from rollup_rebuild; insert into rollup_rebuild (one, last_id, done) values (1, 0, 0)')
    return true
  })
}

function createLike(db: LocalConnection, grain: Grain): string {
  const { sql } = db
    .statement<{ sql: string }>("select sql from sqlite_schema where type = 'table' and name = ?")
    .get(tableOf[grain])!
  return sql.replace(tableOf[grain], shadowOf[grain])
}

/**
 * Does the next step. With the last one, in one transaction, the new rollups take the place of the old ones, but for spans from which raw rows
 * are gone already: of those the old ones are all there is. Throws when no rebuild was begun.
 */
export function stepRebuild(db: LocalConnection): Rebuilt {
  return db.transaction(() => {
    const state = db
      .statement<{ last_id: number; done: number }>('select last_id, done from rollup_rebuild')
      .get()
    if (!state) throw new Error('no rebuild was begun')
    const rows = readRows(db, state.last_id)
    const follower = rollupFollower(db, shadowOf)
    for (const row of rows) follower.add(row)
    follower.commit()
    const done = state.done + rows.length
    const finished = rows.length < together
    if (finished) takePlace(db)
    else db.statement('update rollup_rebuild set last_id = ?, done = ?').run(rows.at(-1)!.id, done)
    return { done, total: Math.max(done, countRows(db)), finished }
  })
}

interface RawRow {
  id: number
  at: number
  value: number
  duration_ms: number | null
  metadata: string | null
  series: number
  service: string
  metric_type: string
  dimensions: string
}

function readRows(db: LocalConnection, after: number): StoredSample[] {
  const rows = db
    .statement<RawRow & Record<string, unknown>>(
      `select m.id, m.at, m.value, m.duration_ms, m.metadata, m.series, s.service, s.metric_type, s.dimensions
       from samples m join series s on s.id = m.series where m.id > ? order by m.id limit ?`,
    )
    .all(after, together)
  return rows.map((row) => ({
    ...row,
    request_id: '',
    series: { ...row, id: row.series, service_version: null, instance_id: null },
  }))
}

/** Ids have no gaps but at the start, where the oldest rows were removed. */
const countRows = (db: LocalConnection): number =>
  db.statement<{ count: number }>('select coalesce(max(id) - min(id) + 1, 0) as count from samples').get()!
    .count

function takePlace(db: LocalConnection): void {
  const complete = completeSince(db)
  for (const grain of grains) {
    const from = complete === undefined ? Number.MIN_SAFE_INTEGER : nextStart(grain, complete)
    const table = tableOf[grain]
    db.statement(`delete from ${table} where at >= ?`).run(from)
    db.statement(`insert into ${table} select * from ${shadowOf[grain]} where at >= ?`).run(from)
    db.script(`drop table ${shadowOf[grain]}`)
  }
  db.script('delete from rollup_rebuild')
  forgetRollups(db)
}

const nextStart = (grain: Grain, at: number) => startOf(grain, at + grainLength[grain] - 1)
