import { expect, test } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'
import { sql } from 'drizzle-orm'
import { createJobs } from '../../src/platform/jobs/open'
import { createTestMeter, quiet } from '../limits/kit/parts'
import { eachPlace, type Place } from './kit/databases'

interface Ran {
  kind: string
  payload: string
  attempt: number
  pid: number
}

function ran({ folder }: Place, kind: string): Ran[] {
  const file = `${folder}/ran`
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : []
  return lines
    .map((line) => line.split(' ') as [string, string, string, string])
    .map(([name, payload, attempt, pid]) => ({
      kind: name,
      payload,
      attempt: Number(attempt),
      pid: Number(pid),
    }))
    .filter((row) => row.kind === kind)
}

/** A short lease is for tests in which a process dies; it would be lost to a pause of a busy machine, too. */
async function start({ folder, url }: Place, leaseSeconds = 30) {
  const program = `${import.meta.dir}/kit/process.ts`
  const child = Bun.spawn([process.execPath, program, folder, url, String(leaseSeconds)], {
    stdout: 'pipe',
    stderr: 'inherit',
  })
  await child.stdout.getReader().read()
  const kill = async () => {
    child.kill('SIGKILL')
    await child.exited
  }
  return { pid: child.pid, exited: child.exited, kill, [Symbol.asyncDispose]: kill }
}

/** Adds jobs without running any. */
const adder = ({ storage }: Place) =>
  createJobs({
    storage,
    log: quiet,
    meter: createTestMeter(),
    now: Date.now,
    newId: () => Bun.randomUUIDv7(),
  })

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await Bun.sleep(25)
}

async function statusOf({ storage }: Place, id: string): Promise<string> {
  const jobs = sql.raw(storage.dialect === 'postgres' ? 'holdfast.jobs' : 'jobs')
  const [row] = await storage.system.read((db) =>
    db.rows<{ status: string }>(sql`select status from ${jobs} where id = ${id}`),
  )
  return row!.status
}

eachPlace((make) => {
  test('three processes run each of 60 jobs once', async () => {
    await using place = await make()
    await using _one = await start(place)
    await using _two = await start(place)
    await using _three = await start(place)
    const { enqueue } = adder(place)
    const ids: string[] = []
    for (let job = 0; job < 60; job++) ids.push(await enqueue('test.note', null, job))
    await until(async () =>
      (await Promise.all(ids.map((id) => statusOf(place, id)))).every((s) => s === 'done'),
    )
    const payloads = ran(place, 'note').map((row) => Number(row.payload))
    expect(payloads.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, job) => job))
  }, 60_000)

  test('kill -9 of the process that runs a job: another finishes it', async () => {
    await using place = await make()
    const first = await start(place, 1)
    const id = await adder(place).enqueue('test.hang', null, 'x')
    await until(() => ran(place, 'hang').length === 1)
    await using second = await start(place, 1)
    await first.kill()
    await until(async () => (await statusOf(place, id)) === 'done')
    const attempts = ran(place, 'hang')
    expect(attempts.map(({ attempt }) => attempt)).toEqual([1, 2])
    expect(attempts.map(({ pid }) => pid)).toEqual([first.pid, second.pid])
  }, 60_000)

  test('kill -9 and start again: what ran is taken up at once, however long its lease', async () => {
    await using place = await make()
    const first = await start(place, 3600)
    const id = await adder(place).enqueue('test.hang', null, 'x')
    await until(() => ran(place, 'hang').length === 1)
    await first.kill()
    await using second = await start(place, 3600)
    await until(async () => (await statusOf(place, id)) === 'done')
    expect(ran(place, 'hang')).toMatchObject([{ pid: first.pid }, { pid: second.pid, attempt: 2 }])
  }, 60_000)

  test('a job that kills every process that runs it is given up', async () => {
    await using place = await make()
    const id = await adder(place).enqueue('test.crash', null, 'x')
    for (let round = 0; round < 2; round++) {
      await using child = await start(place, 1)
      await child.exited
    }
    await using _third = await start(place, 1)
    await until(async () => (await statusOf(place, id)) === 'dead')
    expect(ran(place, 'crash').length).toBe(2)
  }, 60_000)

  test('a periodic job runs once a beat over all processes', async () => {
    await using place = await make()
    const from = Date.now()
    await using _one = await start(place)
    await using _two = await start(place)
    await until(() => ran(place, 'beat').length >= 3)
    const beats = Math.floor((Date.now() - from) / 1000) + 1
    expect(ran(place, 'beat').length).toBeLessThanOrEqual(beats)
  }, 60_000)
})
