import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { Reader, Scope, Writer } from '../../src/core/storage'
import { appendAudit, genesis, hashEntry } from '../../src/platform/audit/chain'
import { auditHeads, auditLog } from '../../src/platform/audit/tables'
import { verifyAudit } from '../../src/platform/audit/verify'
import { eachStorage, openPostgresStorage, type TestStorage } from '../kit/storage'

const event = (owner: string, subject = 'entry-1', at = new Date('2026-11-21T12:00:00.123Z')) => ({
  owner,
  actor: 'key-1',
  operation: 'store_journal_entry',
  subject,
  requestId: 'req-1',
  at,
})

const append = (scope: Scope, owner: string, count = 1) =>
  scope.write(async (tx) => {
    for (let entry = 1; entry <= count; entry++) await appendAudit(tx, event(owner, `entry-${entry}`))
  })

const entriesOf = (db: Reader, owner: string) => {
  const log = auditLog.on(db.dialect)
  return db.select().from(log).where(sql`${log.owner} = ${owner}`).orderBy(log.seq)
}

eachStorage('audit', (open) => {
  test('an owner’s entries are linked from the genesis on, each hash over all that the entry says', async () => {
    await append(open().as('ada'), 'ada', 3)
    const entries = await open()
      .as('ada')
      .read((db) => entriesOf(db, 'ada'))
    expect(entries.map(({ seq }) => seq)).toEqual([1, 2, 3])
    expect(entries.map(({ prev_hash }) => prev_hash)).toEqual([genesis, entries[0]!.hash, entries[1]!.hash])
    const [first] = entries
    const encoded = `[1,"${genesis}","ada",1,"${first!.id}","key-1","store_journal_entry","entry-1","req-1","2026-11-21T12:00:00.123Z"]`
    expect(first!.hash).toBe(createHash('sha256').update(encoded).digest('hex'))
  })

  test('what is rolled back leaves no entry', async () => {
    const failing = open()
      .as('rolled')
      .write(async (tx) => {
        await appendAudit(tx, event('rolled'))
        throw new Error('no')
      })
    await expect(failing).rejects.toThrow('no')
    await append(open().as('rolled'), 'rolled')
    expect(
      await open()
        .as('rolled')
        .read((db) => entriesOf(db, 'rolled')),
    ).toHaveLength(1)
  })

  test('50 writes of one owner at once make one unbroken chain', async () => {
    await Promise.all([...Array(50)].map(() => append(open().as('busy'), 'busy')))
    const result = await verifyAudit(open().system, { owner: 'busy' })
    expect(result).toEqual({ owners: 1, entries: 50, faults: [] })
  })

  test('many owners at once do not mix', async () => {
    const owners = [...Array(10)].map((_, number) => `mixed-${number}`)
    await Promise.all(owners.flatMap((owner) => [...Array(5)].map(() => append(open().as(owner), owner))))
    for (const owner of owners) {
      expect(await verifyAudit(open().system, { owner })).toEqual({ owners: 1, entries: 5, faults: [] })
    }
  })

  test('appending takes two statements', async () => {
    let statements = 0
    await open()
      .as('counted')
      .write(async (tx) => {
        await appendAudit(tx, event('counted'))
        const counting = new Proxy(tx, {
          get(target, name) {
            const found = target[name as keyof Writer]
            if (typeof found !== 'function') return found
            return (...args: never[]) => {
              statements++
              return (found as (...args: never[]) => unknown)(...args)
            }
          },
        })
        await appendAudit(counting, event('counted'))
      })
    expect(statements).toBe(2)
  })

  test.each([
    ['update', (db: Writer) => db.update(auditLog.on(db.dialect)).set({ subject: 'x' })],
    ['delete', (db: Writer) => db.delete(auditLog.on(db.dialect))],
    ['move a head', (db: Writer) => db.update(auditHeads.on(db.dialect)).set({ seq: 99 })],
    ['delete a head', (db: Writer) => db.delete(auditHeads.on(db.dialect))],
  ])('the server itself may not %s', async (_, change) => {
    await append(open().as('ada'), 'ada')
    for (const scope of [open().system, open().as('ada')]) {
      await expect(scope.write(async (tx) => void (await change(tx)))).rejects.toThrow()
    }
  })

  test('an entry that does not continue the chain is refused by the database', async () => {
    await append(open().as('strict'), 'strict', 2)
    const [first, second] = await open().system.read((db) => entriesOf(db, 'strict'))
    const wrong = [
      { ...second!, seq: 4, prev_hash: second!.hash },
      { ...second!, seq: 3, prev_hash: first!.hash },
      { ...first! },
      { ...first!, owner: 'strict-2', prev_hash: first!.hash },
      { ...first!, owner: 'strict-2', seq: 2 },
    ]
    for (const row of wrong) {
      const insert = open().system.write(
        async (tx) => void (await tx.insert(auditLog.on(tx.dialect)).values(row)),
      )
      await expect(insert).rejects.toThrow()
    }
    expect((await verifyAudit(open().system, { owner: 'strict' })).faults).toEqual([])
  })

  test('fields cannot be moved into one another without changing the hash', () => {
    const entry = { id: 'i', seq: 1, prev_hash: genesis, owner: 'o', request_id: 'r', at: new Date(0) }
    const one = hashEntry({ ...entry, actor: 'a', operation: 'b","c', subject: 'd' })
    const two = hashEntry({ ...entry, actor: 'a', operation: 'b', subject: 'c","d' })
    expect(one).not.toBe(two)
  })

  test('verifying walks any number of pages and tells how far it is', async () => {
    await append(open().as('long'), 'long', 2300)
    const told: [number, number][] = []
    const { entries, faults, owners } = await verifyAudit(open().system, {
      progress: (done, total) => told.push([done, total]),
    })
    expect(faults).toEqual([])
    expect(owners).toBeGreaterThan(3)
    expect(told.length).toBeGreaterThanOrEqual(3)
    expect(told.at(-1)).toEqual([entries, entries])
    expect(told.map(([done]) => done)).toEqual(told.map(([done]) => done).toSorted((a, b) => a - b))
  })
})

describe('rows of others on Postgres', () => {
  let test_: TestStorage
  beforeAll(async () => {
    test_ = await openPostgresStorage()
    await append(test_.storage.as('grace'), 'grace', 2)
  })
  afterAll(() => test_?.close())

  test('a caller sees and appends to its own chain alone', async () => {
    const ada = test_.storage.as('ada')
    const seen = await ada.read(async (db) => [
      await db.select().from(auditLog.on(db.dialect)),
      await db.select().from(auditHeads.on(db.dialect)),
    ])
    expect(seen).toEqual([[], []])
    await expect(append(ada, 'grace')).rejects.toThrow()
    await append(ada, 'ada')
    expect((await verifyAudit(test_.storage.system)).faults).toEqual([])
  })

  test('not even truncate is open to the login that owns the schema', async () => {
    const attempts = [
      'truncate holdfast.audit_log',
      'truncate holdfast.audit_heads',
      'delete from holdfast.audit_log',
    ]
    for (const statement of attempts) {
      const attempt = test_.storage.admin.transaction((session) => session.run(statement))
      await expect(attempt).rejects.toThrow('append-only')
    }
  })
})
