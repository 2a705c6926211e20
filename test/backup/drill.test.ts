import { expect, test } from 'bun:test'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { emptyFolder } from '../kit/folder'
import { startServer, type TestServer } from '../kit/server'

const wait = (child: TestServer['process']) => child.exited

test('a backup made under writes, restored into a new folder after kill -9, holds all that was acknowledged before it', async () => {
  const folder = emptyFolder()
  const server = await startServer({ folder })
  const acknowledged: string[] = []
  const metrics = await metricsKey(server)
  const writing = writeUntil(server, metrics, acknowledged)
  while (acknowledged.length < 30) await Bun.sleep(5)
  const before = [...acknowledged]
  const to = join(emptyFolder(), 'kept')
  const made = await server.cli('backup', 'create', '--backup-to', to, '--json')
  expect(made).toMatchObject({ code: 0 })
  server.process.kill('SIGKILL')
  await wait(server.process)
  await writing
  const { name } = JSON.parse(made.stdout)

  const fresh = emptyFolder()
  const restored = await startServer({ folder: fresh })
  await restored.stop()
  const replaced = await restored.cli('backup', 'restore', name, '--backup-to', to, '--yes')
  expect(replaced).toMatchObject({ code: 0 })
  const again = await startServer({ folder: fresh })
  const held = await entriesOf(again, server.key)
  expect(before.filter((id) => id.startsWith('e:') && !held.has(id.slice(2)))).toEqual([])
  const counted = await metricsCount(again, server.key)
  expect(counted).toBeGreaterThanOrEqual(before.filter((id) => id.startsWith('m:')).length)
  expect((await again.cli('audit', 'verify')).code).toBe(0)
  expect(readdirSync(fresh).some((entry) => entry.startsWith('replaced-'))).toBe(true)
  await again.stop()
}, 120_000)

const bearer = (key: string) => ({ authorization: `Bearer ${key}`, 'content-type': 'application/json' })

async function metricsKey({ cli }: TestServer): Promise<string> {
  const { stdout } = await cli('keys', 'create', '--service', 'drill', '--json')
  return JSON.parse(stdout).key
}

/** Stores entries and metrics, several at a time, until the server is gone. */
async function writeUntil(server: TestServer, ingest: string, acknowledged: string[]): Promise<void> {
  let written = 0
  const entry = async () => {
    const text = `bought ${++written}, followed the plan`
    const answer = await fetch(`${server.url}/api/v1/journal/entries`, {
      method: 'POST',
      headers: bearer(server.key),
      body: JSON.stringify({ entry: text }),
    })
    if (answer.status === 201)
      acknowledged.push(`e:${((await answer.json()) as { entry: { id: string } }).entry.id} ${text}`)
  }
  const metric = async () => {
    const answer = await fetch(`${server.url}/metrics`, {
      method: 'POST',
      headers: { 'x-api-key': ingest, 'content-type': 'application/json' },
      body: JSON.stringify({ service: 'drill', metrics: [{ type: 'custom', value: 1 }] }),
    })
    if (answer.status === 200) acknowledged.push(`m:${acknowledged.length}`)
  }
  const loop = async (work: () => Promise<void>) => {
    try {
      for (;;) await work()
    } catch {}
  }
  await Promise.all([loop(entry), loop(entry), loop(metric)])
}

/** Id and text of every entry. */
async function entriesOf({ url }: TestServer, key: string): Promise<Set<string>> {
  const held = new Set<string>()
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = (await (
      await fetch(`${url}/api/v1/journal/entries?limit=100${cursor && `&cursor=${cursor}`}`, {
        headers: bearer(key),
      })
    ).json()) as { entries: { id: string; entry: string }[]; next_cursor: string | null }
    for (const { id, entry } of page.entries) held.add(`${id} ${entry}`)
    cursor = page.next_cursor
  }
  return held
}

async function metricsCount({ url }: TestServer, key: string): Promise<number> {
  const query = new URLSearchParams({ type: 'custom', aggregation: 'count' })
  const answer = await fetch(`${url}/api/v1/metrics/query?${query}`, { headers: bearer(key) })
  const { groups } = (await answer.json()) as { groups: { count: number }[] }
  return groups.reduce((sum, { count }) => sum + count, 0)
}
