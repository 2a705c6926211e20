import { afterEach, expect, test } from 'bun:test'
import { findDrift } from '../../src/platform/storage/drift'
import { createTasks } from '../../src/platform/tasks/open'
import { createRunner } from '../../src/platform/tasks/runner'
import { type TaskRow, type TaskStatus, taskRows } from '../../src/platform/tasks/tables'
import type { RunTask, Tasks } from '../../src/platform/tasks/tasks'
import { eachPlace, openAt, type Place } from '../jobs/kit/databases'
import { quiet } from '../limits/kit/parts'

const open: Tasks[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((tasks) => tasks.close()))
})

function tasksOf({ storage }: Pick<Place, 'storage'>, run?: RunTask, options = {}): Tasks {
  const tasks = createTasks({ storage, log: quiet, now: Date.now, ttlMs: 60_000, leaseMs: 500, ...options })
  if (run) tasks.serve(run)
  open.push(tasks)
  return tasks
}

const beginning = { owner: 'ann', tool: 'some', input: { a: 1 }, caller: { tier: 'free', scopes: ['*'] } }
const done = (result: Record<string, unknown>) => ({ status: 'completed' as const, result })

/** Waits until the task is so. */
async function reach(tasks: Tasks, { id, owner }: TaskRow, status: TaskStatus): Promise<TaskRow> {
  for (let i = 0; i < 500; i++) {
    const row = await tasks.get(owner, id)
    if (row?.status === status) return row
    await Bun.sleep(20)
  }
  throw new Error(`the task never was ${status}`)
}

const untilStopped: RunTask = ({ signal }) =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped'))))

test('a question is not taken for answered by a look at the task that is older than it', async () => {
  const row = {
    id: 'a',
    owner: 'ann',
    status: 'working',
    answers: {},
    attempts: 1,
    expires_at: new Date(Date.now() + 3_600_000),
  } as TaskRow
  const noted = Promise.withResolvers<void>()
  const leases = {
    note: () => noted.promise.then(() => true),
    extend: async () => [row],
    takeAbandoned: async () => [],
    release: async () => {},
    removeExpired: async () => {},
  }
  let got: unknown
  const run: RunTask = async ({ ask }) => {
    got = await ask({ size: { method: 'elicitation/create' } })
    return done({})
  }
  const runner = createRunner({ leases, log: quiet, run, changed() {}, now: Date.now, beatMs: 5 })
  runner.begin(row)
  await Bun.sleep(50)
  noted.resolve()
  await Bun.sleep(50)
  expect(got).toBeUndefined()
  runner.answered({ ...row, answers: { size: 'large' } })
  await Bun.sleep(20)
  expect(got).toEqual({ size: 'large' })
  await runner.close()
})

eachPlace((make) => {
  test('a task is there before it runs, and holds its result in the end', async () => {
    await using place = await make()
    const gate = Promise.withResolvers<void>()
    const tasks = tasksOf(place, async ({ row }) => {
      await gate.promise
      return done({ got: row.input })
    })
    const row = (await tasks.start(beginning))!
    expect(await tasks.get('ann', row.id)).toMatchObject({ status: 'working', ...beginning })
    gate.resolve()
    expect((await reach(tasks, row, 'completed')).outcome).toEqual({ got: { a: 1 } })
  })

  test('an error of the protocol ends it as failed', async () => {
    await using place = await make()
    const error = { code: -32603, message: 'no' }
    const tasks = tasksOf(place, async () => ({ status: 'failed', error }))
    const row = (await tasks.start(beginning))!
    expect((await reach(tasks, row, 'failed')).outcome).toEqual(error)
  })

  test('a stranger’s task is as one that never was', async () => {
    await using place = await make()
    const tasks = tasksOf(place, untilStopped)
    const row = (await tasks.start(beginning))!
    expect(await tasks.get('bob', row.id)).toBeUndefined()
    expect(await tasks.cancel('bob', row.id)).toBeFalse()
    expect(await tasks.answer('bob', row.id, { key: {} })).toBeFalse()
    await tasks.remove('bob', row.id)
    expect((await tasks.get('ann', row.id))?.status).toBe('working')
  })

  test('cancelling stops the run, here and in another process, and nothing is written after it', async () => {
    await using place = await make()
    let stopped = 0
    const run: RunTask = async (task) => {
      await untilStopped(task).catch(() => stopped++)
      return done({ late: true })
    }
    const [tasks, other] = [tasksOf(place, run), tasksOf(place)]
    for (const canceller of [tasks, other]) {
      const row = (await tasks.start(beginning))!
      expect(await canceller.cancel('ann', row.id)).toBeTrue()
      expect(await canceller.cancel('ann', row.id)).toBeTrue()
      const before = stopped
      for (let i = 0; i < 200 && stopped === before && canceller === other; i++) await Bun.sleep(20)
      expect(await tasks.get('ann', row.id)).toMatchObject({ status: 'cancelled', outcome: null })
    }
    expect(stopped).toBe(2)
  })

  test('questions wait for all of their answers, whoever takes them, and others are left out', async () => {
    await using place = await make()
    const tasks = tasksOf(place, async ({ ask }) => done(await ask({ one: { q: 1 }, two: { q: 2 } })))
    const other = tasksOf(place)
    const row = (await tasks.start(beginning))!
    expect((await reach(tasks, row, 'input_required')).questions).toEqual({ one: { q: 1 }, two: { q: 2 } })
    await other.answer('ann', row.id, { one: { a: 1 }, three: { a: 3 } })
    expect(await tasks.get('ann', row.id)).toMatchObject({
      status: 'input_required',
      questions: { two: { q: 2 } },
    })
    await other.answer('ann', row.id, { one: { a: 'changed' }, two: { a: 2 } })
    expect((await reach(tasks, row, 'completed')).outcome).toEqual({ one: { a: 1 }, two: { a: 2 } })
  })

  test('what a killed process ran is taken up by another, as the same caller with the same input', async () => {
    await using place = await make()
    const child = Bun.spawn(
      [process.execPath, `${import.meta.dir}/kit/process.ts`, place.folder, place.url],
      {
        stdout: 'pipe',
        stderr: 'inherit',
      },
    )
    const { value } = await child.stdout.getReader().read()
    const id = new TextDecoder().decode(value).trim()
    child.kill('SIGKILL')
    await child.exited
    const tasks = tasksOf(place, async ({ row }) => done({ input: row.input, caller: row.caller }))
    const row = await reach(tasks, { id, owner: 'ann' } as TaskRow, 'completed')
    expect(row.outcome).toEqual({ input: { given: 'before' }, caller: { tier: 'free' } })
    expect(row.attempts).toBe(2)
  })

  test('a process that ends in order leaves its tasks to others at once, with the answers so far', async () => {
    await using place = await make()
    const run: RunTask = async ({ ask }) => done(await ask({ name: {} }))
    const first = tasksOf(place, run, { leaseMs: 600_000 })
    const row = (await first.start(beginning))!
    await reach(first, row, 'input_required')
    await first.close()
    const second = tasksOf(place, run)
    await second.answer('ann', row.id, { name: { is: 'Ann' } })
    expect((await reach(second, row, 'completed')).outcome).toEqual({ name: { is: 'Ann' } })
  })

  test('they are bounded: so many at once, so many kept, so long', async () => {
    await using place = await make()
    const tasks = tasksOf(place, async ({ row, signal }) =>
      row.tool === 'quick' ? done({}) : untilStopped({ row, signal } as never),
    )
    const started = await Promise.all(Array.from({ length: 8 }, () => tasks.start(beginning)))
    expect(await tasks.start(beginning)).toBeUndefined()
    expect(await tasks.start({ ...beginning, owner: 'bob' })).toBeDefined()
    await tasks.cancel('ann', started[0]!.id)
    const quick: TaskRow[] = []
    for (let i = 0; i < 60; i++) {
      const row = (await tasks.start({ ...beginning, tool: 'quick' }))!
      quick.push(await reach(tasks, row, 'completed'))
    }
    const kept = await Promise.all(quick.map(({ id }) => tasks.get('ann', id)))
    expect(kept.filter(Boolean).length).toBeLessThan(50)
    expect(kept.at(-1)).toBeDefined()
    await tasks.close()
  })

  test('after its time it is gone', async () => {
    await using place = await make()
    let now = Date.now()
    const tasks = tasksOf(place, async () => done({}), { now: () => now, ttlMs: 1000 })
    const row = (await tasks.start(beginning))!
    await reach(tasks, row, 'completed')
    now += 1001
    expect(await tasks.get('ann', row.id)).toBeUndefined()
    await tasks.removeExpired()
    now -= 1001
    expect(await tasks.get('ann', row.id)).toBeUndefined()
  })

  test('the table is as declared', async () => {
    await using place = await make()
    expect(await findDrift(await openAt(place.folder, place.url), [taskRows])).toEqual([])
  })
})
