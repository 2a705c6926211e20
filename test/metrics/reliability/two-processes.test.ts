import { Database } from 'bun:sqlite'
import { expect, test } from 'bun:test'
import { appendFileSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { emptyFolder } from '../../kit/folder'
import { request, startMetrics } from '../rig'

const metric = { type: 'custom', value: 1, dimensions: { n: 'a' } }
const counted = `select coalesce(sum(count), 0) as count from metrics_hourly`

test('two servers on one file: each answers with what the other has stored, and neither takes its own rows for bad ones', async () => {
  const folder = emptyFolder()
  const one = await startMetrics({ folder })
  const other = await startMetrics({ folder })
  const stored = async () => (await one.store(join(folder, 'metrics.db'), 'select id from samples')).length
  try {
    expect(await other.rows(counted)).toEqual([{ count: 0 }])
    await one.post(request(metric, metric), one.ingestKey)
    while ((await stored()) < 2) await Bun.sleep(20)
    expect(await other.rows(counted)).toEqual([{ count: 2 }])

    for (let round = 0; round < 4; round++) {
      const server = round % 2 === 0 ? one : other
      await server.post(request(metric, metric), one.ingestKey)
      expect(await server.rows(counted)).toEqual([{ count: 4 + 2 * round }])
    }
    expect(await one.rows('select reason from dead_letters')).toEqual([])
    expect(await other.rows('select first_id, last_id from blocks')).toEqual([{ first_id: 1, last_id: 10 }])
  } finally {
    await other.close()
    await one.close()
  }
})

test('a record of another process that is half on disk is waited for, not passed over', async () => {
  const folder = emptyFolder()
  const one = await startMetrics({ folder })
  const other = await startMetrics({ folder })
  try {
    for (let n = 0; n < 2; n++) await one.post(request(metric), one.ingestKey)
    expect(await other.rows(counted)).toEqual([{ count: 2 }])
    const log = join(folder, 'metrics.db-log')
    const segment = join(log, readdirSync(log).toSorted().at(-1)!)
    const bytes = readFileSync(segment)
    // The second record: it knows the series of the first, and may stand there again.
    const record = bytes.subarray(8 + bytes.readUInt32LE(0))
    const half = record.length >> 1
    appendFileSync(segment, record.subarray(0, half))
    expect(await other.rows(counted)).toEqual([{ count: 2 }])
    appendFileSync(segment, record.subarray(half))
    expect(await other.rows(counted)).toEqual([{ count: 3 }])
  } finally {
    await other.close()
    await one.close()
  }
})

test('two processes write at the same time and move what is there: every metric is in the tables once', async () => {
  const folder = emptyFolder()
  const child = join(import.meta.dir, 'racing-child.ts')
  const write = async (first: number, others: number) => {
    const args = [folder, String(first), '40', String(others)]
    const writing = Bun.spawn([process.execPath, child, ...args], { stdout: 'pipe', stderr: 'pipe' })
    const [told, said] = await Promise.all([writing.stdout.text(), writing.stderr.text()])
    expect(said).toBe('')
    return Number(told)
  }
  await write(1_000_000, 1_000_000)
  const segments = await Promise.all([write(0, 500_000), write(500_000, 0)])
  // They did take turns.
  expect(Math.min(...segments)).toBeGreaterThan(1)
  const db = new Database(join(folder, 'metrics.db'), { readonly: true })
  expect(db.query('select count(*) as n, count(distinct value) as metrics from samples').get()).toEqual({
    n: 24_000,
    metrics: 24_000,
  })
  db.close()
}, 60_000)
