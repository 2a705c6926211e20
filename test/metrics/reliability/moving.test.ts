import { Database } from 'bun:sqlite'
import { expect, test } from 'bun:test'
import { appendFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { LogPosition } from '../../../src/core/local-database'
import { type Batch, encodeBatch } from '../../../src/modules/metrics/ingest/record'
import { createSeriesNumbers } from '../../../src/modules/metrics/ingest/series-numbers'
import { openAppendLog } from '../../../src/platform/storage/log/append-log'
import { emptyFolder } from '../../kit/folder'

/** TEST_MOVE_ROUNDS=200 for the long form. */
const rounds = Number(process.env.TEST_MOVE_ROUNDS ?? 8)
const child = join(import.meta.dir, 'moving-child.ts')
const hour = Date.parse('2026-11-20T10:00:00Z')

let sent = 0

/** A few rows of a few senders in a few hours; every value is another. */
function batch(): Batch {
  const rows = 1 + Math.floor(Math.random() * 40)
  const column = (of: (row: number) => number) => Array.from({ length: rows }, (_, row) => of(row))
  return {
    requestId: `req_${sent}`,
    receivedAt: hour,
    series: [0, 1, 2].map((tool) =>
      JSON.stringify(['gateway', null, null, 'tool_execution', { tool_name: `t${tool + (sent % 30)}` }]),
    ),
    seriesOf: column((row) => row % 3),
    at: column((row) => hour + 1000 * row + 3_600_000 * (row % 2)),
    value: column(() => ++sent),
    duration: column((row) => (row % 4 === 0 ? Number.NaN : row)),
    metadata: column(() => 0).map(() => '{"error_code":null}'),
    idempotencyKeys: [`gateway/request/${sent}`],
  }
}

/** Records in a segment of their own, as a process leaves it that was killed while it wrote. Returns where each of them ends. */
async function write(folder: string, records: number): Promise<LogPosition[]> {
  const log = openAppendLog(join(folder, 'metrics.db-log'))
  const numbers = createSeriesNumbers()
  const ends: LogPosition[] = []
  for (let n = 0; n < records; n++) ends.push(await log.append(() => encodeBatch(batch(), numbers)))
  await log.close()
  const newest = readdirSync(log.folder).sort().at(-1)!
  appendFileSync(join(log.folder, newest), Buffer.from([200, 1, 0, 0, 7, 7, 7, 7, 1, 2, 3]))
  return ends
}

/** How many of each a move has: writes, and moments at which something becomes durable. */
interface Moved {
  writes: number
  edges: number
}

/** Moves up to each end in turn; gives what it had of each, or null when it was killed at `kill`. */
async function move(folder: string, kill: Partial<Moved>, ends: LogPosition[]): Promise<Moved | null> {
  const args = [
    folder,
    String(kill.writes ?? 0),
    String(kill.edges ?? 0),
    ...ends.map((end) => JSON.stringify(end)),
  ]
  const moving = Bun.spawn([process.execPath, child, ...args], { stdout: 'pipe', stderr: 'pipe' })
  const texts = [moving.stdout, moving.stderr].map((stream) => new Response(stream).text())
  const [code, told, said] = await Promise.all([moving.exited, ...texts])
  expect([0, 137]).toContain(code)
  expect(said).toBe('')
  return code === 0 ? JSON.parse(told!) : null
}

/** Any write, and every other time one of the edges, in turn: of each three one is before a commit, one after it, one after the log was told. */
function momentOf({ writes, edges }: Moved, round: number): Partial<Moved> {
  if (round % 2 === 1) return { writes: 1 + Math.floor(Math.random() * writes) }
  return { edges: 1 + ((2 * round) % edges) }
}

test(`a move that is killed at any moment, ${rounds} times, has every row in the tables and rollups once`, async () => {
  const folder = emptyFolder()
  let killed = 0
  // What a move has is told by the one before that came to its end.
  let known: Moved = { writes: 5, edges: 1 }
  for (let round = 0; round < rounds; round++) {
    const before = sent
    const written = await write(folder, 30)
    const ends = written.filter((_, at) => at % 7 === 3 || at === written.length - 1)
    if ((await move(folder, momentOf(known, round), ends)) === null) killed++
    expect(sent).toBeGreaterThan(before)
    if (round % 3 === 0) known = (await move(folder, {}, ends)) ?? known
  }
  const last = await write(folder, 3)
  expect(await move(folder, {}, last)).not.toBeNull()
  expect(killed).toBeGreaterThan(0)

  const db = new Database(join(folder, 'metrics.db'), { readonly: true })
  const one = (sql: string) => db.query(sql).get() as Record<string, number>
  const total = { n: sent, total: (sent * (sent + 1)) / 2 }
  expect(one('select count(distinct value) as n, sum(value) as total from samples')).toEqual(total)
  expect(one('select count(*) as n, max(id) as last from samples')).toEqual({ n: sent, last: sent })
  expect(one('select last_id from log_progress')).toEqual({ last_id: sent })
  expect(one('select sum(last_id - first_id + 1) as n from blocks')).toEqual({ n: sent })
  for (const table of ['rollup_hours', 'rollup_days']) {
    const levels = `select count(distinct level) as n from rollup_series`
    expect(one(levels).n).toBeGreaterThan(2)
    const sums = `select sum(r.count) as n, sum(value_sum) as total from ${table} r join rollup_series s on s.id = r.series`
    for (const level of ['', 'tool_name', '*'])
      expect(one(`${sums} where s.level = '${level}'`)).toEqual(total)
  }
  const batches = 30 * rounds + 3
  expect(one('select count(*) as n from batches')).toEqual({ n: batches })
  expect(one('select count(*) as n from idempotency_keys')).toEqual({ n: batches })
  db.close()
  expect(readdirSync(join(folder, 'metrics.db-log'))).toHaveLength(1)
}, 120_000)
