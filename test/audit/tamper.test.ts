import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import postgres from 'postgres'
import { appendAudit, hashEntry } from '../../src/platform/audit/chain'
import { auditLog } from '../../src/platform/audit/tables'
import { verifyAudit } from '../../src/platform/audit/verify'
import { openStorage } from '../../src/platform/storage/open'
import type { Storage } from '../../src/platform/storage/storage'
import { createDatabase } from '../kit/postgres'
import { openSqliteStorage } from '../kit/storage'

/** Someone with every right on the database: statements run with the triggers out of the way. */
interface Vandal {
  storage: Storage
  run(...statements: string[]): Promise<void>
  close(): Promise<void>
}

async function onSqlite(): Promise<Vandal> {
  const { storage, close } = await openSqliteStorage()
  const run = (...statements: string[]) =>
    storage.admin.transaction(async (session) => {
      const triggers = await session.rows<{ name: string; sql: string }>(
        "select name, sql from sqlite_master where type = 'trigger'",
      )
      for (const { name } of triggers) await session.run(`drop trigger ${name}`)
      for (const statement of statements) await session.run(statement)
      for (const { sql } of triggers) await session.run(sql)
    })
  return { storage, run, close }
}

async function onPostgres(): Promise<Vandal> {
  const database = await createDatabase()
  const storage = await openStorage({
    DATA_DIR: undefined,
    DATABASE_URL: database.url,
    DATABASE_POOL_SIZE: 3,
    DATABASE_SSL_CA: undefined,
  })
  const superuser = postgres(database.superuserUrl, { max: 1, onnotice: () => {} })
  const run = async (...statements: string[]) => {
    await superuser.begin(async (tx) => {
      await tx.unsafe('set local session_replication_role = replica; set local search_path = holdfast')
      for (const statement of statements) await tx.unsafe(statement)
    })
  }
  const close = async () => {
    await superuser.end()
    await storage.close()
    await database.drop()
  }
  return { storage, run, close }
}

describe.each([
  ['sqlite', onSqlite],
  ['postgres', onPostgres],
])('a chain that was tampered with on %s', (_, openVandal) => {
  let vandal: Vandal
  let count = 0
  beforeAll(async () => {
    vandal = await openVandal()
  })
  afterAll(() => vandal?.close())

  /** A new owner with five entries, between two others whose chains stay whole. */
  const makeChain = async () => {
    const owner = `owner-${String(count++).padStart(3, '0')}`
    for (const name of [`${owner}-a`, owner, `${owner}-z`]) {
      await vandal.storage.as(name).write(async (tx) => {
        for (let entry = 1; entry <= 5; entry++) {
          const at = new Date(1_795_000_000_000 + entry)
          const what = { actor: 'key', operation: 'store', subject: `entry-${entry}`, requestId: 'r', at }
          await appendAudit(tx, { ...what, owner: name })
        }
      })
    }
    return owner
  }
  const faultsOf = async (owner: string) => {
    const { faults } = await verifyAudit(vandal.storage.system)
    expect(faults.filter((fault) => fault.owner.startsWith(owner) && fault.owner !== owner)).toEqual([])
    return faults.filter((fault) => fault.owner === owner).map(({ seq, fault }) => `${seq} ${fault}`)
  }

  test('an entry that was changed', async () => {
    const owner = await makeChain()
    await vandal.run(`update audit_log set subject = 'other' where owner = '${owner}' and seq = 3`)
    expect(await faultsOf(owner)).toEqual(['3 the hash differs: the entry was changed'])
  })

  test.each(['id', 'actor', 'operation', 'request_id', 'prev_hash', 'hash'])(
    'a %s that was changed',
    async (column) => {
      const owner = await makeChain()
      await vandal.run(
        `update audit_log set ${column} = '${'f'.repeat(64)}' where owner = '${owner}' and seq = 3`,
      )
      const faults = await faultsOf(owner)
      expect(faults.some((fault) => fault.startsWith('3 '))).toBe(true)
    },
  )

  test('an entry that was changed and hashed anew', async () => {
    const owner = await makeChain()
    const log = await vandal.storage.system.read((db) => db.select().from(auditLog.on(db.dialect)))
    const entry = { ...log.find((one) => one.owner === owner && one.seq === 3)!, subject: 'other' }
    await vandal.run(
      `update audit_log set subject = 'other', hash = '${hashEntry(entry)}' where owner = '${owner}' and seq = 3`,
    )
    expect(await faultsOf(owner)).toEqual(['4 the link to the entry before differs'])
  })

  test('a last entry that was changed and hashed anew', async () => {
    const owner = await makeChain()
    const log = await vandal.storage.system.read((db) => db.select().from(auditLog.on(db.dialect)))
    const entry = { ...log.find((one) => one.owner === owner && one.seq === 5)!, subject: 'other' }
    await vandal.run(
      `update audit_log set subject = 'other', hash = '${hashEntry(entry)}' where owner = '${owner}' and seq = 5`,
    )
    expect(await faultsOf(owner)).toEqual(['5 the last hash is not the one that was remembered'])
  })

  test.each([
    ['first', 'seq = 1', '1 the entry is missing'],
    ['middle', 'seq in (2, 3)', '2 entries 2 to 3 are missing'],
    ['last', 'seq > 3', '4 the end is cut off: entries 4 to 5 are missing'],
  ])('%s entries that were removed', async (_, where, fault) => {
    const owner = await makeChain()
    await vandal.run(`delete from audit_log where owner = '${owner}' and ${where}`)
    expect(await faultsOf(owner)).toEqual([fault])
  })

  test('a chain that was removed', async () => {
    const owner = await makeChain()
    await vandal.run(`delete from audit_log where owner = '${owner}'`)
    expect(await faultsOf(owner)).toEqual(['1 entries 1 to 5 are missing'])
  })

  test('entries that changed places', async () => {
    const owner = await makeChain()
    const move = (from: number, to: number) =>
      `update audit_log set seq = ${to} where owner = '${owner}' and seq = ${from}`
    await vandal.run(move(2, 99), move(3, 2), move(99, 3))
    const faults = await faultsOf(owner)
    expect(faults[0]).toStartWith('2 ')
    expect(faults.length).toBeGreaterThan(1)
  })

  test('a removed entry whose gap was closed', async () => {
    const owner = await makeChain()
    const move = (from: number) =>
      `update audit_log set seq = ${from - 1} where owner = '${owner}' and seq = ${from}`
    await vandal.run(`delete from audit_log where owner = '${owner}' and seq = 3`, move(4), move(5))
    const faults = await faultsOf(owner)
    expect(faults[0]).toBe('3 the link to the entry before differs')
    expect(faults.at(-1)).toBe('5 the end is cut off: entries 5 to 5 are missing')
  })

  test('a head that was removed or set back', async () => {
    const [removed, back] = [await makeChain(), await makeChain()]
    await vandal.run(
      `delete from audit_heads where owner = '${removed}'`,
      `update audit_heads set seq = 3 where owner = '${back}'`,
    )
    expect(await faultsOf(removed)).toEqual(['5 the chain has no head'])
    expect(await faultsOf(back)).toEqual(['4 the entry stands behind the end of the chain'])
  })

  test('one owner’s chain can be asked about alone', async () => {
    const owner = await makeChain()
    await vandal.run(`update audit_log set actor = 'other' where owner = '${owner}' and seq = 2`)
    const whole = await verifyAudit(vandal.storage.system, { owner: `${owner}-a` })
    expect(whole).toEqual({ owners: 1, entries: 5, faults: [] })
    const broken = await verifyAudit(vandal.storage.system, { owner })
    expect(broken.faults).toEqual([{ owner, seq: 2, fault: 'the hash differs: the entry was changed' }])
  })
})
