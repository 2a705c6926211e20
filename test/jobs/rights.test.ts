import { afterAll, beforeAll, expect, test } from 'bun:test'
import { sql } from 'drizzle-orm'
import { createJobs } from '../../src/platform/jobs/open'
import { jobRows } from '../../src/platform/jobs/tables'
import { findDrift } from '../../src/platform/storage/drift'
import { eachStorage, openPostgresStorage, type TestStorage } from '../kit/storage'
import { createTestMeter, quiet } from '../limits/kit/parts'

let opened: TestStorage
beforeAll(async () => {
  opened = await openPostgresStorage()
  const meter = createTestMeter()
  const { storage } = opened
  const jobs = createJobs({ storage, log: quiet, meter, now: Date.now, newId: () => Bun.randomUUIDv7() })
  for (const owner of ['alice', 'bob', null]) await jobs.enqueue('test.some', owner, null)
})
afterAll(() => opened.close())

test('a caller sees its own jobs and changes none', async () => {
  const alice = opened.storage.as('alice')
  expect(await alice.read((db) => db.rows(sql`select owner from holdfast.jobs`))).toEqual([
    { owner: 'alice' },
  ])
  for (const change of [
    sql`update holdfast.jobs set owner = 'alice'`,
    sql`delete from holdfast.jobs`,
    sql`insert into holdfast.jobs select * from holdfast.jobs`,
  ]) {
    await expect(alice.write((tx) => tx.execute(change))).rejects.toThrow(/permission denied/)
  }
})

eachStorage('the table of jobs', (open) => {
  test('is as declared', async () => {
    expect(await findDrift(open(), [jobRows])).toEqual([])
  })
})
