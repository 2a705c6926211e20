import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startServer, type TestServer } from '../kit/server'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-outside-'))
let server: TestServer
beforeAll(async () => {
  server = await startServer({ folder })
})
afterAll(async () => {
  await server?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const get = async (url: string, headers: Record<string, string> = {}) => {
  const response = await fetch(url, { headers })
  const type = response.headers.get('content-type') ?? ''
  return {
    status: response.status,
    body: type.includes('json') ? await response.json() : await response.text(),
  }
}

test('a server that nobody has called yet has every figure of /status', async () => {
  expect(await get(`${server.url}/status`)).toMatchObject({
    status: 200,
    body: {
      overall: 'healthy',
      environment: 'development',
      uptime_seconds: expect.any(Number),
      components: {
        database: expect.any(String),
        storage: expect.any(String),
        subscription_validator: expect.any(String),
        rate_limiter: expect.any(String),
        journal: expect.any(String),
      },
      metrics: {
        active_users: expect.any(Number),
        requests_per_minute: expect.any(Number),
        cache_hit_rate: expect.any(Number),
      },
    },
  })
})

test.each(['livez', 'readyz', 'startupz', 'healthz'])(
  '/%s answers on both ports, on one without Host',
  async (path) => {
    const probes = new URL(server.prometheus).origin
    expect((await get(`${server.url}/${path}`)).status).toBe(200)
    expect((await get(`${probes}/${path}`, { host: 'stranger.example' })).status).toBe(200)
    expect((await get(`${server.url}/${path}`, { host: 'stranger.example' })).status).toBe(403)
  },
)

test('the series that dashboards are built on are there, with values', async () => {
  const authorization = `Bearer ${server.key}`
  await get(`${server.url}/api/v1/journal/entries`, { authorization })
  const { body } = await get(server.prometheus)
  for (const pattern of [
    /^http_requests_total\{method="GET",endpoint="\/api\/v1\/journal\/entries",status="200"\} 1$/m,
    /^http_request_duration_seconds_count\{/m,
    /^db_pool_connections\{state="\w+"\} \d/m,
    /^db_query_duration_seconds_count\{/m,
    /^subscription_cache_(hits|misses)_total 0$/m,
    /^process_resident_memory_bytes \d/m,
    /^nodejs_eventloop_lag_seconds /m,
  ])
    expect(body).toMatch(pattern)
})
