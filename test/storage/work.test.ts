import { afterEach, beforeAll, expect, test } from 'bun:test'
import { eq } from 'drizzle-orm'
import type { WorkThread } from '../../src/core/work-thread'
import type { Storage } from '../../src/platform/storage/storage'
import { openWork } from '../../src/platform/storage/work/open'
import { eachStorage } from '../kit/storage'
import { addNotes, notes } from './notes'

eachStorage('work threads', (open, made) => {
  beforeAll(() => addNotes(open()))

  let thread: WorkThread | undefined
  afterEach(async () => {
    await thread?.close()
    thread = undefined
  })
  const { signal } = new AbortController()
  let now = 0

  function start(idle?: number): WorkThread {
    const silent = () => {}
    thread = openWork({
      opening: {
        storage: made().config,
        statementSeconds: 30,
        settings: { greeting: 'Hello' },
        folder: '/nonexistent',
      },
      turns: open().turns,
      log: { debug: silent, info: silent, warn: silent, error: silent },
      now: () => now,
      spawn: () => new Worker(new URL('./work-program.ts', import.meta.url).href),
      ...(idle !== undefined && { idle }),
    })
    return thread
  }
  const idsOf = async (storage: Storage, owner: string) =>
    storage.system.read(async (db) => {
      const t = notes.on(db.dialect)
      return (await db.select({ id: t.id }).from(t).where(eq(t.owner, owner))).map(({ id }) => id)
    })
  const add = (id: string) =>
    open().system.write((tx) => tx.insert(notes.on(tx.dialect)).values({ id, owner: 'server' }))

  test('a task knows the settings and the clock of the server', async () => {
    now = Date.UTC(2031, 0, 1)
    const one = start()
    expect(await one.run<string>('greet', 'thread', 'you', signal)).toBe('Hello, you')
    expect(Math.abs((await one.run<number>('now', 'thread', null, signal)) - now)).toBeLessThan(60_000)
  })

  test('both sides write at once, and nothing is lost or refused', async () => {
    const one = start()
    const tasks = ['a', 'b'].map((prefix) => one.run('add', 'thread', { prefix, count: 50 }, signal))
    const mine = Array.from({ length: 100 }, async (_, n) => {
      await new Promise(setImmediate)
      await add(`server-${n}`)
    })
    expect(await Promise.all([...tasks, ...mine])).toHaveLength(102)
    expect(await idsOf(open(), 'thread')).toHaveLength(100)
    expect(await idsOf(open(), 'server')).toHaveLength(100)
  })

  test('a thread whose turn it is sees that somebody waits', async () => {
    const { turns } = open()
    if (!turns) return
    const turn = await turns.take()
    expect(turns.waiting[0]).toBe(0)
    const waiting = add('behind')
    expect(turns.waiting[0]).toBe(1)
    turn.end()
    await waiting
    const next = await turns.take()
    expect(turns.waiting[0]).toBe(0)
    next.end()
  })

  test('a task that leaves its turn when somebody waits lets each of them write', async () => {
    const one = start()
    const done = one.run<number>('hold', 'thread', null, signal)
    await add('between')
    expect(await done).toBe(1)
    expect(await idsOf(open(), 'thread')).toContain('held')
  })

  test('an error that is meant for callers crosses as it is', async () => {
    expect(start().run('refuse', 'thread', null, signal)).rejects.toMatchObject({
      kind: 'too_large',
      code: 'far_too_large',
      message: 'on purpose',
    })
  })

  test('a signal breaks the task off', async () => {
    const abort = new AbortController()
    const waiting = start().run('wait', 'thread', null, abort.signal)
    abort.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow()
  })

  test('a thread that ended for want of work is there again for the next task', async () => {
    const one = start(1)
    expect(await one.run<string>('greet', 'thread', 'a', signal)).toBe('Hello, a')
    await Bun.sleep(50)
    expect(await one.run<string>('greet', 'thread', 'b', signal)).toBe('Hello, b')
  })

  test('a thread that dies while it writes takes nothing along', async () => {
    const one = start()
    await expect(one.run('die', 'thread', null, signal)).rejects.toThrow('the thread ended')
    await add('after')
    expect(await idsOf(open(), 'thread')).not.toContain('dying')
    expect(await one.run<number>('add', 'thread', { prefix: 'again', count: 1 }, signal)).toBe(1)
  })
})
