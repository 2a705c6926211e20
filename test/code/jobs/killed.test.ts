import { Database } from 'bun:sqlite'
import { afterAll, expect, test } from 'bun:test'
import { join } from 'node:path'
import { emptyFolder } from '../../kit/folder'
import { startServer } from '../../kit/server'
import { eventually, fixtureEnv, fixtureServer, workRepository } from '../kit'

const server = fixtureServer()
afterAll(() => server.stop())

test('a server that is killed while it indexes goes on where it was, at once, and shows nothing half', async () => {
  const folder = emptyFolder()
  // So many that a fast machine is still at it when it is killed.
  const count = 6000
  const files = Object.fromEntries(
    Array.from({ length: count }, (_, n) => [
      `d${n % 20}/f${n}.txt`,
      `file ${n}\n${'some text\n'.repeat(60)}`,
    ]),
  )
  server.publish('ann/killed', workRepository(files))
  const path = join(folder, 'holdfast.db')
  const total = (db: Database, sql: string) => (db.query(sql).get() as { total: number }).total

  const first = await startServer({ folder, env: fixtureEnv(server) })
  const ask = (url: string, key: string) =>
    fetch(`${url}/api/v1/code/index`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: '{"repository":"ann/killed"}',
    })
  const { runId } = (await (await ask(first.url, first.key)).json()) as { runId: string }
  const look = new Database(path, { readonly: true })
  await eventually(async () =>
    expect(total(look, 'select count(*) as total from code_blobs')).toBeGreaterThan(50),
  )
  first.kill()
  await first.process.exited
  const stored = total(look, 'select count(*) as total from code_blobs where facts_version >= 0')
  look.close()
  expect(stored).toBeLessThan(count)

  const db = new Database(path, { readonly: true })
  expect(total(db, 'select count(*) as total from repositories where generation > 0')).toBe(0)
  expect(
    total(
      db,
      'select count(*) as total from code_chunks where chunk / 1024 not in (select blob from code_blobs)',
    ),
  ).toBe(0)
  db.close()

  const second = await startServer({ folder, env: fixtureEnv(server) })
  try {
    const answer = await fetch(`${second.url}/api/v1/code/jobs/${runId}?wait_seconds=60`, {
      headers: { authorization: `Bearer ${first.key}` },
    })
    const job = (await answer.json()) as { status: string; stats: Record<string, number> }
    expect(job.status).toBe('completed')
    expect(job.stats).toMatchObject({ files_indexed: count })
    expect(job.stats.contents_parsed).toBeLessThanOrEqual(count - stored)
  } finally {
    await second.stop()
  }
  const after = new Database(path, { readonly: true })
  expect(total(after, 'select count(*) as total from code_blobs')).toBe(count)
  expect(total(after, 'select count(*) as total from indexed_files')).toBe(count)
  expect(
    (
      after
        .query(
          'select count(*) as total from (select hash from code_blobs group by hash having count(*) > 1)',
        )
        .get() as { total: number }
    ).total,
  ).toBe(0)
  after.close()
}, 90_000)
