import { expect, test } from 'bun:test'
import { sql } from 'drizzle-orm'
import { type Step, takeSteps } from '../../../src/modules/code/pipeline/steps'
import { openPostgresStorage } from '../../kit/storage'

test('steps of a transaction that Postgres has undone are all taken again', async () => {
  const { storage, close } = await openPostgresStorage()
  try {
    let undone = 0
    const add =
      (name: string): Step =>
      (tx) =>
        tx.execute(sql`insert into holdfast.code_owners (owner, next_number) values (${name}, 1)`)
    const deadlock: Step = async (tx) => {
      if (undone++ === 0) await tx.execute(sql`do $$ begin raise exception using errcode = '40P01'; end $$`)
    }
    const place = {
      scope: storage.system,
      host: { dialect: storage.dialect, isTurnOver: () => false },
      signal: new AbortController().signal,
    }
    await takeSteps(place, [add('first'), add('second'), deadlock, add('third')])
    const rows = await storage.system.read((db) =>
      db.rows<{ owner: string }>(sql`select owner from holdfast.code_owners order by number`),
    )
    expect(rows.map(({ owner }) => owner)).toEqual(['first', 'second', 'third'])
    expect(undone).toBe(2)
  } finally {
    await close()
  }
})
