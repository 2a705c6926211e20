import { Database } from 'bun:sqlite'
import { expect, test } from 'bun:test'
import { openLimits } from '../../src/platform/limits/open'
import { openSqliteStorage } from '../kit/storage'
import { temporaryFolder } from './kit/folder'
import { createTestMeter, principalOf, quiet } from './kit/parts'

test('why calls cannot be counted is told in the log, not once a call', async () => {
  using folder = temporaryFolder()
  const opened = await openSqliteStorage()
  const causes: string[] = []
  const warn = (_: string, fields?: { cause?: unknown }) => causes.push(String(fields?.cause))
  const config = { DATA_DIR: folder.path, REDIS_URL: undefined }
  const [meter, log] = [createTestMeter(), { ...quiet, warn }]
  let time = Date.now()
  const limits = await openLimits({ config, storage: opened.storage, meter, log, now: () => time })
  try {
    const free = principalOf('someone')
    await limits.take(free, 1)
    using file = new Database(`${folder.path}/limits.db`)
    for (const { name } of tablesOf(file)) file.run(`drop table ${name}`)
    for (let count = 0; count < 3; count++) {
      await expect(limits.take(free, 1)).rejects.toMatchObject({ kind: 'unavailable' })
    }
    await expect(limits.usage(free)).rejects.toMatchObject({ kind: 'unavailable' })
    expect(causes).toEqual([expect.stringContaining('no such table')])
    time += 10_000
    await expect(limits.take(free, 1)).rejects.toMatchObject({ kind: 'unavailable' })
    expect(causes).toHaveLength(2)
  } finally {
    await limits.close()
    await opened.close()
  }
})

const tablesOf = (file: Database) =>
  file
    .query<{ name: string }, []>(
      "select name from sqlite_master where type = 'table' and name not like 'sqlite%'",
    )
    .all()
