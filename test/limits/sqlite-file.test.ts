import { expect, test } from 'bun:test'
import { statSync } from 'node:fs'
import { openSqliteStore } from '../../src/platform/limits/sqlite-store'
import { temporaryFolder } from './kit/folder'

const spans = [{ name: 'hour' as const, seconds: 3600, limit: 100 }]

test('processes that make the file together all get to use it', async () => {
  using folder = temporaryFolder()
  const count = 40
  const start = String(Date.now() + 500)
  const command = [process.execPath, `${import.meta.dir}/kit/opener.ts`, folder.path, String(count), start]
  const children = Array.from({ length: 6 }, () =>
    Bun.spawn(command, { stdout: 'ignore', stderr: 'inherit' }),
  )
  expect(await Promise.all(children.map(({ exited }) => exited))).toEqual([0, 0, 0, 0, 0, 0])
  for (let file = 0; file < count; file++) {
    const store = openSqliteStore(`${folder.path}/${file}`, Date.now)
    expect((await store.take({ owner: 'all', cost: 0, spans })).used).toEqual([6])
    await store.close()
  }
}, 60_000)

test('the file is for its user alone', async () => {
  using folder = temporaryFolder()
  const store = openSqliteStore(`${folder.path}/limits.db`, Date.now)
  expect(statSync(`${folder.path}/limits.db`).mode & 0o777).toBe(0o600)
  await store.close()
})
