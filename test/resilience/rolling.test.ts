import { afterAll, beforeAll, expect, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import postgres, { type Sql } from 'postgres'
import { emptyFolder } from '../kit/folder'
import { createDatabase, type TestDatabase } from '../kit/postgres'
import { freePort } from '../kit/postgres-server'
import { startServer, type TestServer } from '../kit/server'

let database: TestDatabase
let sql: Sql
let nginx: Nginx
beforeAll(async () => {
  database = await createDatabase()
  sql = postgres(database.superuserUrl, { max: 1, onnotice: () => {} })
  nginx = await prepareNginx()
}, 60_000)
afterAll(async () => {
  await nginx?.stop()
  await sql?.end({ timeout: 0 })
  await database?.drop()
}, 60_000)

interface Nginx {
  url: string
  /** Sends new requests there; those under way end where they are. */
  lead(to: string): Promise<void>
  stop(): Promise<void>
}

async function prepareNginx(): Promise<Nginx> {
  const folder = emptyFolder()
  const port = await freePort()
  const file = join(folder, 'nginx.conf')
  const write = (to: string) => writeFileSync(file, configuration(folder, port, to))
  let running: Bun.Subprocess | undefined
  return {
    url: `http://127.0.0.1:${port}`,
    async lead(to) {
      write(new URL(to).host)
      if (running) running.kill('SIGHUP')
      else running = Bun.spawn(['nginx', '-p', folder, '-c', file], { stdout: 'ignore', stderr: 'ignore' })
      while ((await ledTo(port)) !== new URL(to).host) await Bun.sleep(20)
    },
    async stop() {
      running?.kill('SIGTERM')
      await running?.exited
    },
  }
}

/** Where new connections to nginx lead; undefined before it listens. */
const ledTo = (port: number): Promise<string | undefined> =>
  fetch(`http://127.0.0.1:${port}/led-to`, { headers: { connection: 'close' } }).then(
    (answer) => answer.text(),
    () => undefined,
  )

const configuration = (folder: string, port: number, to: string) => `
daemon off; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
events { worker_connections 256; }
http {
  access_log off;
  client_body_temp_path ${folder}/b; proxy_temp_path ${folder}/p; fastcgi_temp_path ${folder}/f;
  uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  upstream holdfast { server ${to}; keepalive 8; }
  server {
    listen 127.0.0.1:${port};
    location = /led-to { return 200 "${to}"; }
    location / {
      proxy_pass http://holdfast; proxy_http_version 1.1;
      proxy_set_header Connection ""; proxy_set_header Host ${to};
    }
  }
}`

interface Counts {
  requests: number
  failures: string[]
  ids: string[]
}

/** REST writes and MCP calls, one after the other, until told to stop. */
function startLoad(url: string, key: string) {
  const counts: Counts = { requests: 0, failures: [], ids: [] }
  let running = true
  const post = (path: string, body: unknown) =>
    fetch(`${url}${path}`, { method: 'POST', headers: headersOf(key), body: JSON.stringify(body) })
  const count = async (asked: Promise<Response>) => {
    counts.requests++
    try {
      const response = await asked
      const body = (await response.json()) as { record_id?: string; result?: { isError?: boolean } }
      if (!response.ok || (!body.record_id && body.result?.isError !== false && !body.result))
        counts.failures.push(`${response.status} ${JSON.stringify(body)}`)
      if (body.record_id) counts.ids.push(body.record_id)
    } catch (error) {
      counts.failures.push(String(error))
    }
  }
  const rest = async () => {
    while (running) await count(post('/api/v1/journal/records', { record_type: 'rolling', data: {} }))
  }
  const mcp = async () => {
    const params = { name: 'query_records', arguments: { limit: 1 } }
    while (running) await count(post('/mcp', { jsonrpc: '2.0', id: 1, method: 'tools/call', params }))
  }
  const all = Promise.all([rest(), rest(), mcp(), mcp()])
  return {
    counts,
    async stop() {
      running = false
      await all
      return counts
    },
  }
}

const headersOf = (key: string) => ({
  authorization: `Bearer ${key}`,
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
  'mcp-protocol-version': '2025-06-18',
})

const startOne = (name: string): Promise<TestServer> =>
  startServer({
    folder: emptyFolder(),
    env: { DATABASE_URL: database.url, SHUTDOWN_DELAY_SECONDS: '1', MCP_SERVER_NAME: name },
  })

test('a rolling deploy with an expand-then-contract migration fails no request and loses no row', async () => {
  const old = await startOne('old')
  await nginx.lead(old.url)
  const load = startLoad(nginx.url, old.key)
  await sql`alter table holdfast.storage_records add column rehearsal text`
  const fresh = await startOne('fresh')
  await nginx.lead(fresh.url)
  expect(await old.stop()).toBe(0)
  await sql`alter table holdfast.storage_records drop column rehearsal`
  await Bun.sleep(500)
  const { requests, failures, ids } = await load.stop()
  expect(await fresh.stop()).toBe(0)
  expect(failures).toEqual([])
  expect(requests).toBeGreaterThan(100)
  const stored = await sql`select id from holdfast.storage_records where id = any(${ids})`
  expect(stored.length).toBe(ids.length)
}, 90_000)
