import { Database } from 'bun:sqlite'
import { expect, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { emptyFolder } from '../../kit/folder'
import { source, start } from '../../kit/process'
import { writePredecessorFile } from './predecessor-file'

test('metrics import stores a predecessor’s file once, and leaves it as it is', async () => {
  const folder = emptyFolder()
  const file = join(folder, 'old.db')
  writePredecessorFile(file, 2500)
  const hash = async () => Bun.SHA256.hash(await Bun.file(file).bytes(), 'hex')
  const before = await hash()
  const run = async (...args: string[]) => {
    const command = start(['metrics', 'import', ...args], {
      cwd: folder,
      env: { DATA_DIR: folder },
      command: source,
    })
    return { code: await command.ended(), stdout: command.stdout(), stderr: command.stderr() }
  }
  expect(JSON.parse((await run('old.db', '--json')).stdout)).toEqual({
    imported: 2502,
    duplicates: 0,
    keys: 2,
  })
  expect(await run('old.db')).toMatchObject({ code: 0, stdout: '0 imported, 2502 there already\n' })
  expect(await hash()).toBe(before)
  const db = new Database(join(folder, 'metrics.db'), { readonly: true })
  expect(db.query('select count(*) as n from metrics').get()).toEqual({ n: 2502 })
  expect(
    db.query(`select timestamp, created_at, request_id from tool_metrics where duration_ms = 0.3`).get(),
  ).toEqual({
    timestamp: '2026-10-01T00:00:03.000Z',
    created_at: '2026-10-01 00:00:03',
    request_id: 'req_0000000000000000',
  })
  db.close()

  writeFileSync(join(folder, 'words.db'), 'these are words and no database at all, but many enough of them')
  const wrong = await run('words.db')
  expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('is not a SQLite database') })
  expect(await run('nothing.db')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('there is no file'),
  })
}, 60_000)
