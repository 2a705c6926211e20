import { beforeAll, describe, expect, test } from 'bun:test'
import { eq, sql } from 'drizzle-orm'
import { isCheckViolation, isUniqueViolation } from '../../src/core/storage-errors'
import { eachStorage } from '../kit/storage'
import { addNote, addNotes, bodies, getNote, notes } from './notes'

eachStorage('scopes', (open, _, dialect) => {
  const t = notes.on(dialect)
  beforeAll(() => addNotes(open()))

  test('a value of every kind comes back as it was', async () => {
    const { system } = open()
    const row = {
      id: 'kinds',
      owner: 'kinds',
      body: "quote ' and ünïcödé 🧭",
      size: 2 ** 53 - 1,
      weight: 0.1,
      done: true,
      at: new Date('2026-02-03T04:05:06.789Z'),
      tags: { list: [1, 'two', null], nested: { text: '"' } },
      raw: new Uint8Array([0, 255, 7]),
    }
    await system.write((tx) => tx.insert(t).values(row))
    const [found] = await getNote(open(), system, 'kinds')
    expect({ ...found!, raw: new Uint8Array(found!.raw!) }).toEqual(row)
  })

  test('rows are added as they are, many at once', async () => {
    const { system } = open()
    const columns = ['id', 'owner', 'body', 'size', 'weight', 'done', 'raw']
    const rows = [
      [
        'rows-1',
        'rows',
        'quote \' and "ünïcödé" 🧭 \\x00',
        2 ** 53 - 1,
        0.5,
        true,
        new Uint8Array([0, 255, 92, 7]),
      ],
      ['rows-2', 'rows', null, null, null, false, null],
    ]
    const cut = ['rows-3', 'rows', 'cut in \ud83e', null, null, false, null]
    await system.write((tx) => tx.addRows('notes', columns, [...rows, cut]))
    await system.write((tx) => tx.addRows('notes', columns, []))
    const found = await system.read((db) => db.select().from(t).where(eq(t.owner, 'rows')).orderBy(t.id))
    expect(
      found.map(({ id, owner, body, size, weight, done, raw }) => [
        id,
        owner,
        body,
        size,
        weight,
        done,
        raw && new Uint8Array(raw),
      ]),
    ).toEqual([...rows, cut.with(2, 'cut in \ufffd')])
  })

  test('JSON that is a string of digits stays a string', async () => {
    const { system } = open()
    await system.write((tx) => tx.insert(t).values({ id: 'digits', owner: 'digits', tags: '123' }))
    expect((await getNote(open(), system, 'digits'))[0]?.tags).toBe('123')
  })

  test('a failure after an await undoes everything', async () => {
    const { system } = open()
    const failing = system.write(async (tx) => {
      await tx.insert(t).values({ id: 'gone', owner: 'rollback' })
      await Bun.sleep(5)
      throw new Error('on purpose')
    })
    await expect(failing).rejects.toThrow('on purpose')
    expect(await getNote(open(), system, 'gone')).toEqual([])
  })

  test('many writers at once: each is applied once, those that fail leave nothing', async () => {
    const { system } = open()
    await system.write((tx) => tx.insert(t).values({ id: 'counter', owner: 'many', size: 0 }))
    const add = async (i: number) =>
      system.write(async (tx) => {
        const [row] = await tx
          .update(t)
          .set({ size: sql`${t.size} + 1` })
          .where(eq(t.id, 'counter'))
          .returning()
        await tx.insert(t).values({ id: `many-${i}`, owner: 'many' })
        if (i % 3 === 0) throw new Error('on purpose')
        return row!.size!
      })
    const settled = await Promise.allSettled(Array.from({ length: 90 }, (_, i) => add(i)))
    const seen = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, i) => i + 1))
    expect((await getNote(open(), system, 'counter'))[0]?.size).toBe(60)
    const kept = await system.read((db) => db.select().from(t).where(eq(t.owner, 'many')))
    expect(kept).toHaveLength(61)
  })

  test('a row that exists already is told apart from other failures', async () => {
    const { system } = open()
    const id = await addNote(open(), system, 'twice')
    const again = await system
      .write((tx) => tx.insert(t).values({ id, owner: 'twice' }))
      .catch((error) => error)
    expect(isUniqueViolation(again)).toBe(true)
    const empty = await system
      .write((tx) => tx.insert(t).values({ id: 'no owner', owner: null as never }))
      .catch((error) => error)
    expect(isUniqueViolation(empty)).toBe(false)
    expect(isCheckViolation(empty)).toBe(true)
  })

  test('what a write threw does not repeat the values', async () => {
    const { system } = open()
    await system.write((tx) => tx.insert(t).values({ id: 'sensitive-id', owner: 'x', body: 'secret words' }))
    const error = await system
      .write((tx) => tx.insert(t).values({ id: 'sensitive-id', owner: 'x', body: 'secret words' }))
      .catch((failed) => failed)
    expect(Bun.inspect(error)).not.toMatch(/sensitive-id|secret words/)
  })

  test('a read cannot write, whatever it sends', async () => {
    const { system } = open()
    const sneaky = system.read((db) => db.rows(sql`insert into ${t} (id, owner) values ('sneaky', 'x')`))
    await expect(sneaky).rejects.toThrow(
      dialect === 'sqlite' ? 'a read may not write' : 'read-only transaction',
    )
    expect(await getNote(open(), system, 'sneaky')).toEqual([])
  })

  test('everything inside of one read is of the same moment', async () => {
    const { system } = open()
    const count = () => sql`select count(*) as n from ${t}`
    const [before, after] = await system.read(async (db) => {
      const [first] = await db.rows<{ n: number }>(count())
      await outside(() => addNote(open(), system, 'moment'))
      const [second] = await db.rows<{ n: number }>(count())
      return [first!.n, second!.n]
    })
    expect(after).toBe(before)
    const [now] = await system.read((db) => db.rows<{ n: number }>(count()))
    expect(now!.n).toBe(before! + 1)
  })

  describe('transactions inside of transactions', () => {
    const kinds = ['read', 'write'] as const
    test.each(kinds.flatMap((outer) => kinds.map((inner) => [inner, outer] as const)))(
      'a %s inside a %s throws instead of waiting for itself',
      async (inner, outer) => {
        const { system } = open()
        const nested = system[outer](() => system[inner](async () => 1))
        await expect(nested).rejects.toThrow(`a ${inner} was started inside a ${outer}`)
        expect(await system[inner](async () => 2)).toBe(2)
      },
    )
  })

  test.each(['read', 'write'] as const)(
    'a query asked of the scope inside a %s throws too',
    async (outer) => {
      const { system } = open()
      const nested = system[outer](async () => getNote(open(), system, 'kinds'))
      await expect(nested).rejects.toThrow(`a read was started inside a ${outer}`)
    },
  )

  test('a query asked of the scope tells what is wrong with it, and the next one works', async () => {
    const { system } = open()
    const broken = system.prepared('notes.broken', (db) => db.select({ one: sql`no_such_column` }).from(t))
    await expect(broken).rejects.toThrow()
    expect(await getNote(open(), system, 'none')).toEqual([])
  })

  test('a statement after the end of its write throws and does nothing', async () => {
    const { system } = open()
    let late: Promise<unknown> = Promise.resolve()
    await system.write(async (tx) => {
      late = Bun.sleep(20).then(() => tx.insert(t).values({ id: 'late', owner: 'late' }))
    })
    const error = await late.catch((failed) => failed)
    expect(Bun.inspect(error)).toContain('await every statement')
    expect(await getNote(open(), system, 'late')).toEqual([])
  })

  test('rows of SQL of our own are plain, numbers are numbers', async () => {
    const { system } = open()
    const rows = await system.read((db) =>
      db.rows(sql`select cast(5000000000 as bigint) as big, ${'text'} as text, count(*) as n, sum(size) as total
        from ${t} where ${t.id} = 'counter'`),
    )
    expect(rows).toEqual([{ big: 5_000_000_000, text: 'text', n: 1, total: 60 }])
  })

  test('each transaction is timed', async () => {
    const seen: [string, boolean][] = []
    const storage = await _().again({
      onQuery: (kind, seconds) => seen.push([kind, seconds >= 0 && seconds < 60]),
    })
    await storage.system.read((db) => db.rows(sql`select 1 as one`))
    await storage.system.write((tx) => tx.execute(sql`update ${t} set body = 'x' where id = 'none'`))
    await storage.close()
    expect(seen).toEqual([
      ['read', true],
      ['write', true],
    ])
  })

  test('an owner may be any text', async () => {
    const storage = open()
    const owner = `o'; drop table notes; -- "ünï" \\ $$`
    await addNote(storage, storage.as(owner), owner, 'mine')
    expect(await bodies(storage, storage.as(owner))).toContain('mine')
  })
})

/** Runs outside of the caller's transaction, like another request would. */
const outside = <T>(work: () => Promise<T>) =>
  new Promise<T>((resolve, reject) => {
    pending.push(() => work().then(resolve, reject))
  })
const pending: (() => void)[] = []
setInterval(() => {
  for (const run of pending.splice(0)) run()
}, 1).unref()
