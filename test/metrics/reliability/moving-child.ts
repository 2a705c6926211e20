import { Database } from 'bun:sqlite'
import { join } from 'node:path'
import { metricsMigrations } from '../../../migrations/metrics'
import type { LocalConnection, LogPosition } from '../../../src/core/local-database'
import { createApply, isBefore, progress } from '../../../src/modules/metrics/store/apply'
import { followers } from '../../../src/modules/metrics/store/followers'
import { createStoring } from '../../../src/modules/metrics/store/storing'
import { createLocalConnection } from '../../../src/platform/storage/local/connection'
import { applySteps } from '../../../src/platform/storage/local/steps'
import { openAppendLog } from '../../../src/platform/storage/log/append-log'
import { readLog } from '../../../src/platform/storage/log/read-log'

/**
 * Moves a log into tables, and kills itself before the write with the given number, or at the edge with that number: just before a commit, just after it,
 * and after the log was told. 0 is never.
 */
const [folder, killWrite, killEdge, ...ends] = process.argv.slice(2) as [string, string, string, ...string[]]
let writes = 0
let edges = 0
const kill = () => process.kill(process.pid, 'SIGKILL')
const write = () => {
  if (++writes === Number(killWrite)) kill()
}
const edge = () => {
  if (++edges === Number(killEdge)) kill()
}

const path = join(folder, 'metrics.db')
const client = new Database(path, { create: true })
client.run('pragma journal_mode = wal')
const db = watched(createLocalConnection(client, path))
applySteps(db, metricsMigrations)
const log = openAppendLog(`${path}-log`)
const storing = createStoring(
  db,
  followers.map((create) => create(db)),
)
const apply = createApply(db, { readLog }, log.folder, storing)
for (const end of ends) {
  const until = JSON.parse(end) as LogPosition
  while (isBefore(progress(db), until)) {
    const { next } = apply(until)
    log.release(next)
    edge()
    if (edges % 2 === 0) storing.settle()
  }
}
storing.settle()
client.close()
console.log(JSON.stringify({ writes, edges }))

/** Tells of every write, and of the moments before and after a commit. */
function watched(inner: LocalConnection): LocalConnection {
  return {
    ...inner,
    statement(sql) {
      const statement = inner.statement<never>(sql)
      const run: typeof statement.run = (...values) => {
        write()
        return statement.run(...values)
      }
      return { ...statement, run, runWith: (values) => run(...values) }
    },
    transaction(work) {
      const result = inner.transaction(() => {
        const done = work()
        edge()
        return done
      })
      edge()
      return result
    },
  }
}
