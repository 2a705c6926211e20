import { expect, test } from 'bun:test'
import { migrations } from '../migrations'
import { findDrift } from '../src/platform/storage/drift'
import { createMigrator } from '../src/platform/storage/migrate'
import { eachStorage } from './kit/storage'
import { declaredTables } from './kit/tables'

eachStorage('the schema of the whole server', (open, _, dialect) => {
  test('what the code declares is what the migrations make', async () => {
    const tables = await declaredTables()
    expect(tables.length).toBeGreaterThanOrEqual(9)
    expect(await findDrift(open(), tables as never)).toEqual([])
  })

  test('every step goes down and up again', async () => {
    const migrator = createMigrator(open(), migrations)
    await migrator.down(migrations.length)
    expect((await migrator.status()).current).toBeNull()
    await migrator.up()
    expect(await migrator.status()).toMatchObject({
      current: migrations.at(-1)!.id,
      pending: [],
      changed: [],
    })
    expect(await findDrift(open(), (await declaredTables()) as never)).toEqual([])
  })

  test('steps are numbered in order and say something on this database', () => {
    expect(migrations.map(({ id }) => id)).toEqual(
      migrations.map((_, index) => String(index + 1).padStart(4, '0')),
    )
    for (const step of migrations) {
      expect(step[dialect].up.trim()).not.toBe('')
      expect(step[dialect].down.trim()).not.toBe('')
    }
  })
})
