import { expect, test } from 'bun:test'
import { sql } from 'drizzle-orm'
import { AppError } from '../../src/core/errors'
import type { Job } from '../../src/core/module'
import { createJobs, type JobsParts } from '../../src/platform/jobs/open'
import { createTestMeter, quiet } from '../limits/kit/parts'
import { eachPlace, type Place } from './kit/databases'

const start = Date.UTC(2026, 10, 21, 9, 30)

type Row = Record<string, unknown> & { status: string; attempts: number; last_error: string | null }

async function rowOf({ storage }: Place, column: 'id' | 'kind', value: string): Promise<Row> {
  const jobs = sql.raw(storage.dialect === 'postgres' ? 'holdfast.jobs' : 'jobs')
  const where = sql.raw(column)
  const rows = await storage.system.read((db) =>
    db.rows<Row>(sql`select * from ${jobs} where ${where} = ${value}`),
  )
  return rows[0]!
}

/** Jobs in this process, with a clock that the test moves. */
function open(place: Place, more: Partial<JobsParts> = {}) {
  const clock = { now: start }
  const meter = createTestMeter()
  const jobs = createJobs({
    storage: place.storage,
    log: quiet,
    meter,
    now: () => clock.now,
    newId: () => Bun.randomUUIDv7(),
    pollEvery: 10,
    ...more,
  })
  return { ...jobs, clock, meter, [Symbol.asyncDispose]: jobs.stop }
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await Bun.sleep(10)
}

eachPlace((make) => {
  test('a job gets its payload, its owner and its rows, and ends', async () => {
    await using place = await make()
    await using jobs = open(place)
    const seen: unknown[] = []
    const run: Job['run'] = async (payload, { owner, attempt, scope }) => {
      const jobsTable = sql.raw(place.storage.dialect === 'postgres' ? 'holdfast.jobs' : 'jobs')
      const rows = await scope.read((db) => db.rows(sql`select id from ${jobsTable} where owner = ${owner}`))
      seen.push([payload, owner, attempt, rows.length])
    }
    jobs.start([{ kind: 'test.see', run }])
    const payload = { deep: [1, 'two', null] }
    const id = await jobs.enqueue('test.see', 'someone', payload)
    await until(async () => (await rowOf(place, 'id', id)).status === 'done')
    expect(seen).toEqual([[payload, 'someone', 1, 1]])
    expect(jobs.meter.values.get('jobs_total test.see done')).toBe(1)
  })

  test('what is enqueued in this process runs at once, without waiting for the next look', async () => {
    await using place = await make()
    await using jobs = open(place, { pollEvery: 3_600_000 })
    jobs.start([{ kind: 'test.quick', run: async () => {} }])
    await until(async () => (await rowOf(place, 'kind', 'jobs.remove_ended'))?.finished_at === null)
    const id = await jobs.enqueue('test.quick', null, null)
    await until(async () => (await rowOf(place, 'id', id)).status === 'done')
  })

  test('a failed attempt is repeated after a growing pause, and at last becomes a dead letter', async () => {
    await using place = await make()
    await using jobs = open(place)
    const attempts: number[] = []
    const run: Job['run'] = async (_, { attempt }) => {
      attempts.push(attempt)
      if (attempt < 3) throw new AppError('unavailable', 'The exchange does not answer')
      throw new TypeError('the entry "my secret plan" is odd')
    }
    jobs.start([{ kind: 'test.fail', attempts: 3, run }])
    const id = await jobs.enqueue('test.fail', null, null)
    await until(async () => (await rowOf(place, 'id', id)).status === 'failed')
    expect((await rowOf(place, 'id', id)).last_error).toBe('unavailable: The exchange does not answer')
    jobs.clock.now += 4900
    await Bun.sleep(50)
    expect(attempts).toEqual([1])
    jobs.clock.now += 1200
    await until(() => attempts.length === 2)
    await until(async () => (await rowOf(place, 'id', id)).status === 'failed')
    jobs.clock.now += 9900
    await Bun.sleep(50)
    expect(attempts).toEqual([1, 2])
    jobs.clock.now += 2200
    await until(async () => (await rowOf(place, 'id', id)).status === 'dead')
    expect(await rowOf(place, 'id', id)).toMatchObject({ attempts: 3, last_error: 'TypeError' })
    expect(jobs.meter.values.get('jobs_total test.fail failed')).toBe(2)
    expect(jobs.meter.values.get('jobs_total test.fail dead')).toBe(1)
  })

  test('a job waits for its time', async () => {
    await using place = await make()
    await using jobs = open(place)
    let runs = 0
    jobs.start([{ kind: 'test.later', run: async () => void runs++ }])
    const id = await jobs.enqueue('test.later', null, null, { runAt: new Date(start + 60_000) })
    await Bun.sleep(60)
    expect(runs).toBe(0)
    jobs.clock.now += 60_000
    await until(async () => (await rowOf(place, 'id', id)).status === 'done')
  })

  test('progress stands in the row while the job runs', async () => {
    await using place = await make()
    await using jobs = open(place)
    const finish = Promise.withResolvers<void>()
    const run: Job['run'] = async (_, job) => {
      await job.progress(10, 40, 'reading')
      await finish.promise
      await job.progress(40, 40)
    }
    jobs.start([{ kind: 'test.slow', run }])
    const id = await jobs.enqueue('test.slow', null, null)
    const progress = async () => {
      const { progress: value } = await rowOf(place, 'id', id)
      return typeof value === 'string' ? JSON.parse(value) : value
    }
    await until(async () => (await progress()) !== null)
    expect(await progress()).toEqual({ done: 10, total: 40, message: 'reading' })
    finish.resolve()
    await until(async () => (await rowOf(place, 'id', id)).status === 'done')
    expect(await progress()).toEqual({ done: 40, total: 40 })
  })

  test('stopping tells jobs to end and gives their rows back as if they had not begun', async () => {
    await using place = await make()
    const first = open(place)
    const begun: number[] = []
    const run: Job['run'] = async (_, { attempt, signal }) => {
      begun.push(attempt)
      if (begun.length > 1) return
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    }
    first.start([{ kind: 'test.stopped', run }])
    const id = await first.enqueue('test.stopped', null, null)
    await until(() => begun.length === 1)
    await first.stop()
    expect(await rowOf(place, 'id', id)).toMatchObject({ status: 'queued', attempts: 0, lease_by: null })
    expect(first.meter.values.get('jobs_total test.stopped returned')).toBe(1)
    await using second = open(place)
    second.start([{ kind: 'test.stopped', run }])
    await until(async () => (await rowOf(place, 'id', id)).status === 'done')
    expect(begun).toEqual([1, 1])
  })

  test('stopping does not wait for ever for a job that does not listen', async () => {
    await using place = await make()
    const jobs = open(place, { patience: 50 })
    let begun = false
    const deaf: Job['run'] = () => {
      begun = true
      return new Promise(() => {})
    }
    jobs.start([{ kind: 'test.deaf', run: deaf }])
    const id = await jobs.enqueue('test.deaf', null, null)
    await until(() => begun)
    await jobs.stop()
    expect(await rowOf(place, 'id', id)).toMatchObject({ status: 'queued', attempts: 0 })
  })

  test('a lease that runs out goes to another process, and the first is told', async () => {
    await using place = await make()
    const told = Promise.withResolvers<unknown>()
    const first = open(place, { leaseSeconds: 1 })
    const started = Promise.withResolvers<void>()
    const slow: Job['run'] = (_, { signal }) => {
      started.resolve()
      signal.addEventListener('abort', () => told.resolve(signal.reason))
      return told.promise as Promise<never>
    }
    first.start([{ kind: 'test.leased', run: slow }])
    const id = await first.enqueue('test.leased', null, null)
    await started.promise
    await using second = open(place)
    // Another machine, for whom the first has not been heard of in a long time.
    second.clock.now += 3_600_000
    second.start([{ kind: 'test.leased', run: async () => {} }])
    await until(async () => (await rowOf(place, 'id', id)).status === 'done')
    expect(String(await told.promise)).toContain('lease lost')
    await first.stop()
    expect(first.meter.values.get('jobs_total test.leased lost')).toBe(1)
    expect(second.meter.values.get('jobs_total test.leased done')).toBe(1)
  })

  test('a process that slept longer than its leases last does not run its own rows twice', async () => {
    await using place = await make()
    await using jobs = open(place)
    const awake = Promise.withResolvers<void>()
    let runs = 0
    const run: Job['run'] = async () => {
      runs++
      await awake.promise
    }
    const other: Job = { kind: 'test.other', run: async () => {} }
    jobs.start([{ kind: 'test.asleep', run }, other])
    const id = await jobs.enqueue('test.asleep', null, null)
    await until(() => runs === 1)
    jobs.clock.now += 3_600_000
    const later = await jobs.enqueue('test.other', null, null)
    await until(async () => (await rowOf(place, 'id', later)).status === 'done')
    expect(runs).toBe(1)
    awake.resolve()
    await until(async () => (await rowOf(place, 'id', id)).status === 'done')
  })

  test('what is enqueued of a periodic kind runs once, beside its beat', async () => {
    await using place = await make()
    await using jobs = open(place)
    const beat: Job = { kind: 'test.beat', everySeconds: 60, run: async () => {} }
    jobs.start([beat])
    const id = await jobs.enqueue('test.beat', null, null)
    await until(async () => (await rowOf(place, 'id', id)).status === 'done')
  })

  test('a periodic job keeps its beat, leaves out what it missed, and never dies', async () => {
    await using place = await make()
    await using jobs = open(place)
    const runs: number[] = []
    let failing = false
    const beat: Job = {
      kind: 'test.beat',
      everySeconds: 60,
      attempts: 1,
      async run() {
        runs.push((jobs.clock.now - start) / 1000)
        if (failing) throw new Error('odd')
      },
    }
    jobs.start([beat])
    const waiting = async () => (await rowOf(place, 'kind', 'test.beat'))?.status === 'queued'
    const beatAt = async (seconds: number) => {
      const before = runs.length
      jobs.clock.now = start + seconds * 1000
      await until(() => runs.length > before)
      await until(waiting)
    }
    await until(() => runs.length === 1)
    await until(waiting)
    await beatAt(61)
    await beatAt(120)
    await beatAt(610)
    failing = true
    await beatAt(661)
    failing = false
    expect(await rowOf(place, 'kind', 'test.beat')).toMatchObject({ status: 'queued', last_error: 'Error' })
    await beatAt(720)
    expect(runs).toEqual([0, 61, 120, 610, 661, 720])
    expect((await rowOf(place, 'kind', 'test.beat')).last_error).toBeNull()
  })

  test('a shorter period takes effect at the next start', async () => {
    await using place = await make()
    let runs = 0
    const job = (everySeconds: number): Job => ({
      kind: 'test.period',
      everySeconds,
      run: async () => void runs++,
    })
    const waiting = async () => runs > 0 && (await rowOf(place, 'kind', 'test.period')).status === 'queued'
    const first = open(place)
    first.start([job(86_400)])
    await until(waiting)
    await first.stop()
    await using second = open(place)
    second.start([job(60)])
    await until(async () => {
      const at = (await rowOf(place, 'kind', 'test.period')).run_at
      return new Date(at as string).getTime() === start + 60_000
    })
  })

  test('rows that ended long ago are removed', async () => {
    await using place = await make()
    await using jobs = open(place)
    jobs.start([{ kind: 'test.old', run: async () => {} }])
    const id = await jobs.enqueue('test.old', null, null)
    await until(async () => (await rowOf(place, 'id', id)).status === 'done')
    jobs.clock.now += 8 * 86_400_000
    await until(async () => {
      // Its first round may be under way still; the next is an hour after it.
      jobs.clock.now += 3_600_000
      return (await rowOf(place, 'id', id)) === undefined
    })
  })

  test('two jobs of one kind are a mistake', async () => {
    await using place = await make()
    const job: Job = { kind: 'test.twice', run: async () => {} }
    expect(() => open(place).start([job, job])).toThrow('the same kind')
  })
})
