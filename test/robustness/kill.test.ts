import { expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDatabase } from '../kit/postgres'
import { startServer } from '../kit/server'

const rounds = 5

test.each(['sqlite', 'postgres'] as const)(
  'kill -9 during writes loses nothing acknowledged, on %s',
  async (dialect) => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-kill-'))
    const env: Record<string, string> =
      dialect === 'postgres' ? { DATABASE_URL: (await createDatabase()).url } : {}
    const acknowledged = new Set<string>()
    const first = await startServer({ folder, env })
    const { key } = first
    await first.stop()
    for (let round = 0; round < rounds; round++) {
      const server = await startServer({ folder, env })
      await writeUntilKilled(server, key, acknowledged, round * 40)
    }
    const server = await startServer({ folder, env })
    const stored = await allEntries(server.url, key)
    expect(acknowledged.size).toBeGreaterThan(rounds)
    expect([...acknowledged].filter((id) => !stored.has(id))).toEqual([])
    const audit = await server.cli('audit', 'verify', '--json')
    expect(JSON.parse(audit.stdout)).toMatchObject({ faults: [] })
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  },
  120_000,
)

type Server = Awaited<ReturnType<typeof startServer>>

async function writeUntilKilled(
  server: Server,
  key: string,
  acknowledged: Set<string>,
  milliseconds: number,
) {
  const writers = Array.from({ length: 8 }, async (_, writer) => {
    for (let n = 0; ; n++) {
      const id = await store(server.url, key, `writer ${writer} entry ${n}`).catch(() => null)
      if (id === null) return
      acknowledged.add(id)
    }
  })
  const enough = acknowledged.size + 10
  while (acknowledged.size < enough) await Bun.sleep(2)
  await Bun.sleep(milliseconds)
  server.kill()
  await Promise.all(writers)
}

async function store(url: string, key: string, entry: string): Promise<string> {
  const response = await fetch(`${url}/api/v1/journal/entries`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ entry }),
  })
  const answer = (await response.json()) as { entry_id: string }
  expect(response.status).toBeLessThan(300)
  return answer.entry_id
}

async function allEntries(url: string, key: string): Promise<Set<string>> {
  const ids = new Set<string>()
  let cursor: string | null = ''
  while (cursor !== null) {
    const page: string = cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''
    const response = await fetch(`${url}/api/v1/journal/entries?limit=100${page}`, {
      headers: { authorization: `Bearer ${key}` },
    })
    const answer = (await response.json()) as { entries: { id: string }[]; next_cursor: string | null }
    for (const { id } of answer.entries) ids.add(id)
    cursor = answer.next_cursor ?? null
  }
  return ids
}
