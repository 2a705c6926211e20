import type { LocalConnection } from '../../../core/local-database'
import { createRollupGatherer } from './gatherer'
import { errorCodeOf } from './kept-dimensions'
import { forgetRollups, settleRollups } from './live-rollups'
import { completeSince } from './raw-rows'
import { type Grain, grainLength, grains, startOf, tableOf } from './rollup'
import { storedRows } from './stored-rows'

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
    const rollups = createRollupGatherer(db, shadowOf)
    let { last_id, done } = state
    for (const row of storedRows(db, last_id, Number.MAX_SAFE_INTEGER, together)) {
      rollups.add(row.series, row.at, row.value, row.duration, errorCodeOf(row.metadata))
      last_id = row.id
      done++
    }
    rollups.write()
    const finished = done - state.done < together
    if (finished) takePlace(db)
    else db.statement('update rollup_rebuild set last_id = ?, done = ?').run(last_id, done)
    return { done, total: Math.max(done, countRows(db)), finished }
  })
}

/** Ids have no gaps but at the start, where the oldest rows were removed. */
const countRows = (db: LocalConnection): number =>
  db.statement<{ count: number }>('select coalesce(max(id) - min(id) + 1, 0) as count from samples').get()!
    .count

function takePlace(db: LocalConnection): void {
  settleRollups(db)
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
