import { beforeAll, expect, test } from 'bun:test'
import { table } from '../../src/core/table'
import { listTables } from '../../src/platform/storage/catalog'
import { findDrift } from '../../src/platform/storage/drift'
import { integrityCheck } from '../../src/platform/storage/integrity'
import { schemaMigrations } from '../../src/platform/storage/migrations-table'
import { eachStorage } from '../kit/storage'
import { addNotes, notes } from './notes'

eachStorage('drift', (open, _, dialect) => {
  const name = dialect === 'postgres' ? 'holdfast.notes' : 'notes'
  const run = (script: string) => open().admin.transaction((session) => session.run(script))
  beforeAll(() => addNotes(open()))

  test('tables that fit are not mentioned', async () => {
    expect(await findDrift(open(), [notes, schemaMigrations])).toEqual([])
  })

  test('a missing table is reported', async () => {
    const absent = table('absent', null, (c) => ({ id: c.id() }))
    expect(await findDrift(open(), [absent, notes])).toEqual(['absent: is not in the database'])
  })

  test('a column of another type or nullability is reported', async () => {
    const other = table('notes', 'owner', (c) => ({
      id: c.id(),
      owner: c.text(),
      body: c.text().notNull(),
      size: c.real(),
      weight: c.real(),
      done: c.bool(),
      at: c.time(),
      tags: c.json(),
      raw: c.bytes(),
    }))
    expect(await findDrift(open(), [other])).toEqual([
      'notes.owner: must not be null, declared otherwise',
      'notes.body: may be null, declared otherwise',
      dialect === 'postgres'
        ? 'notes.size: is bigint, declared as double precision'
        : 'notes.size: is integer, declared as real',
    ])
  })

  test('a column that was added or removed in the database is reported', async () => {
    await run(`alter table ${name} add column surplus text`)
    expect(await findDrift(open(), [notes])).toEqual(['notes.surplus: is not declared'])
    await run(`alter table ${name} drop column surplus; alter table ${name} drop column raw`)
    expect(await findDrift(open(), [notes])).toEqual(['notes.raw: is not in the database'])
  })

  test('tables are listed, and the database is sound', async () => {
    expect(await listTables(open())).toEqual(expect.arrayContaining(['notes', 'schema_migrations']))
    expect(await integrityCheck(open())).toEqual([])
  })
})
