import { Database } from 'bun:sqlite'
import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { emptyFolder } from '../../kit/folder'
import { type Started, start } from '../../kit/process'

/** TEST_KILL_ROUNDS=50 for the long form. */
const rounds = Number(process.env.TEST_KILL_ROUNDS ?? 6)
const folder = emptyFolder()
const env = {
  DATA_DIR: folder,
  HOST: '127.0.0.1',
  PORT: '0',
  OTEL_PROMETHEUS_PORT: '0',
  LOG_LEVEL: 'ERROR',
  METRICS_API_KEY_ANY: 'sender',
  METRICS_RATE_LIMIT: '10000000',
}
const headers = { 'x-api-key': 'sender', 'content-type': 'application/json' }

async function serve(): Promise<{ server: Started; url: string }> {
  const server = start(['serve'], { cwd: folder, env })
  const [, url] = await server.seen(/listens on (http:\S+)/)
  return { server, url: url! }
}

let sent = 0

/** Sends until the server is gone; notes the values that were acknowledged. */
async function send(url: string, acknowledged: Set<number>): Promise<void> {
  for (;;) {
    const values = Array.from({ length: 1 + Math.floor(Math.random() * 20) }, () => ++sent)
    const metrics = values.map((value) => ({ type: 'custom', value, dimensions: { sender: value % 7 } }))
    const body = JSON.stringify({ service: 'registry', metrics })
    try {
      const response = await fetch(`${url}/metrics`, { method: 'POST', headers, body })
      if (response.status !== 200) throw new Error(String(response.status))
      const answer = (await response.json()) as { accepted: number }
      if (answer.accepted !== values.length) throw new Error('not all were accepted')
      for (const value of values) acknowledged.add(value)
    } catch {
      return
    }
  }
}

/** Waits until so many were acknowledged, however busy the machine is. */
async function moreThan(acknowledged: Set<number>, count: number): Promise<void> {
  while (acknowledged.size <= count) await Bun.sleep(2)
}

test(`kill -9 under load, ${rounds} times: what was acknowledged is there, once`, async () => {
  const acknowledged = new Set<number>()
  for (let round = 0; round < rounds; round++) {
    const { server, url } = await serve()
    const senders = Array.from({ length: 8 }, () => send(url, acknowledged))
    await moreThan(acknowledged, acknowledged.size + 15)
    await Bun.sleep(Math.random() * 300)
    server.process.kill('SIGKILL')
    await Promise.all(senders)
    await server.process.exited
  }
  const { server, url } = await serve()
  expect((await fetch(`${url}/flush`, { method: 'POST', headers })).status).toBe(200)
  expect(await server.end('SIGTERM')).toBe(0)
  const db = new Database(join(folder, 'metrics.db'), { readonly: true })
  const values = db
    .query('select value from metrics')
    .values()
    .map(([value]) => value as number)
  db.close()
  const stored = new Set(values)
  expect([...acknowledged].filter((value) => !stored.has(value))).toEqual([])
  expect(stored.size).toBe(values.length)
  expect(acknowledged.size).toBeGreaterThan(rounds * 10)
}, 300_000)

test('SIGTERM under load: what was acknowledged is in the tables when the process ends', async () => {
  const acknowledged = new Set<number>()
  const { server, url } = await serve()
  const senders = Array.from({ length: 8 }, () => send(url, acknowledged))
  await moreThan(acknowledged, 50)
  expect(await server.end('SIGTERM')).toBe(0)
  await Promise.all(senders)
  const db = new Database(join(folder, 'metrics.db'), { readonly: true })
  const stored = new Set(
    db
      .query('select value from metrics')
      .values()
      .map(([value]) => value as number),
  )
  db.close()
  expect([...acknowledged].filter((value) => !stored.has(value))).toEqual([])
}, 60_000)
