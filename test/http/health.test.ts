import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test'
import { AppError } from '../../src/core/errors'
import { createActivity } from '../../src/platform/http/activity'
import { createHealth, type Health, type HealthParts } from '../../src/platform/http/health'
import { createProbes } from '../../src/platform/http/probes'
import { type Served, serve } from './kit'

const okay = async () => ({ status: 'healthy' as const })
const never = () => new Promise<never>(() => {})
const opened: Health[] = []
const migrated = { current: '0006', needed: '0006', pending: [], newer: false }

function health(parts: Partial<HealthParts> = {}): Health {
  const made = createHealth({
    config: { ENVIRONMENT: 'test', MCP_SERVER_NAME: 'Holdfast', REDIS_URL: undefined },
    version: '1.2.3',
    storage: { ping: async () => 1 },
    limits: { check: okay },
    identity: { hitRate: () => 0.5 },
    migrator: { status: async () => migrated },
    components: { shop: okay },
    ...parts,
  })
  opened.push(made)
  return made
}

afterEach(() => {
  for (const made of opened.splice(0)) made.close()
})

const refused = async (): Promise<never> => {
  throw new Error('connect ECONNREFUSED postgres://holdfast:hunter2@10.0.0.5')
}

describe('health', () => {
  test('everything works', async () => {
    const { status, body } = await health().health()
    expect(status).toBe(200)
    expect(body).toMatchObject({
      status: 'healthy',
      service: 'Holdfast',
      version: '1.2.3',
      database: 'healthy',
    })
    expect(body).toMatchObject({ redis: 'not configured', external_apis: 'not configured' })
    expect(new Date(body.timestamp as string).toISOString()).toBe(body.timestamp as string)
    expect(body.uptime_seconds).toBeNumber()
  })

  test('a dead database is 503, and its message stays inside', async () => {
    const { status, body } = await health({ storage: { ping: refused } }).health()
    expect([status, body.status, body.database]).toEqual([503, 'unhealthy', 'unhealthy: does not answer'])
    expect(JSON.stringify(body)).not.toMatch(/hunter2|10\.0\.0\.5/)
  })

  test('a module that is down leaves the server degraded', async () => {
    const made = health({ components: { shop: async () => ({ status: 'unhealthy', detail: 'no shelf' }) } })
    expect(await made.health()).toMatchObject({ status: 200, body: { status: 'degraded' } })
    const { body } = await made.status()
    expect(body).toMatchObject({ overall: 'degraded', components: { shop: 'unhealthy: no shelf' } })
    expect((await made.ready()).status).toBe(200)
  })

  test('Redis that is down leaves the server degraded and is named', async () => {
    const config = { ENVIRONMENT: 'test', MCP_SERVER_NAME: 'Holdfast', REDIS_URL: 'redis://localhost' }
    const limits = { check: async () => ({ status: 'degraded' as const, detail: 'Redis does not answer' }) }
    const { status, body } = await health({ config, limits }).health()
    expect([status, body.status, body.redis]).toEqual([200, 'degraded', 'degraded: Redis does not answer'])
  })

  test('an error meant for people is shown', async () => {
    const storage = {
      ping: async () => {
        throw new AppError('unavailable', 'The project is paused')
      },
    }
    expect((await health({ storage }).health()).body.database).toBe('unhealthy: The project is paused')
  })
})

describe('a database that hangs', () => {
  test('it is answered for all the same, liveness does not wait at all', async () => {
    const made = health({ storage: { ping: never } })
    expect(made.live()).toEqual({ status: 200, body: { status: 'ok' } })
    const [first, second] = await Promise.all([made.health(), made.ready()])
    expect([first.status, second.status]).toEqual([503, 503])
    expect(second.body.reason).toContain('does not answer within')
  })

  test('is looked at by one query at a time', async () => {
    let running = 0
    const ping = () => {
      running++
      return never()
    }
    const made = health({ storage: { ping }, migrator: { status: async () => migrated } })
    await Promise.all([made.health(), made.health(), made.status()])
    await made.health()
    expect(running).toBe(1)
  })

  test('one that dies is seen, and its return too', async () => {
    let alive = true
    const made = health({ storage: { ping: () => (alive ? Promise.resolve(1) : refused()) } })
    const until = async (status: number) => {
      while ((await made.health()).status !== status) await Bun.sleep(50)
    }
    await until(200)
    alive = false
    await until(503)
    alive = true
    await until(200)
  })
})

describe('status', () => {
  test('names every component and how busy the server is', async () => {
    const { status, body } = await health().status()
    expect(status).toBe(200)
    expect(Object.keys(body)).toEqual([
      'overall',
      'timestamp',
      'version',
      'environment',
      'uptime_seconds',
      'components',
      'metrics',
    ])
    expect(body.components).toEqual({
      database: 'healthy',
      storage: 'healthy',
      subscription_validator: 'healthy',
      rate_limiter: 'healthy',
      shop: 'healthy',
    })
    expect(body.metrics).toEqual({ active_users: 0, requests_per_minute: 0, cache_hit_rate: 0.5 })
  })
})

describe('readiness', () => {
  test('draining is 503 with Retry-After; health stays', async () => {
    const made = health()
    expect(await made.ready()).toEqual({ status: 200, body: { status: 'ready' } })
    made.drain()
    const { status, body, headers } = await made.ready()
    expect([status, body.status, headers]).toEqual([503, 'draining', { 'Retry-After': '2' }])
    expect((await made.health()).status).toBe(200)
  })

  test.each([
    [{ ...migrated, current: '0003', pending: [{}] }, 'schema is at 0003, this binary needs 0006'],
    [{ ...migrated, current: null, pending: [{}] }, 'schema is at 0000'],
  ])('a schema that is not ours is 503: %j', async (schema, reason) => {
    const made = health({ migrator: { status: async () => schema } })
    for (const report of [await made.ready(), await made.startup()]) {
      expect(report.status).toBe(503)
      expect(report.body.reason).toContain(reason)
    }
  })
})

test('a schema that grew under a running server leaves it ready, and shows', async () => {
  const schema = { ...migrated, current: '0009', newer: true }
  const made = health({ migrator: { status: async () => schema } })
  expect((await made.ready()).status).toBe(200)
  const { status, body } = await made.health()
  expect([status, body.status]).toEqual([200, 'degraded'])
  expect(JSON.stringify((await made.status()).body)).toContain('schema is at 0009, this binary needs 0006')
})

describe('activity', () => {
  test('counts distinct principals of five minutes and requests of one', () => {
    let time = 1_000_000_000
    const activity = createActivity(() => time)
    for (const principal of ['a', 'b', 'a', undefined]) activity.record(principal)
    expect([activity.activeUsers(), activity.requestsPerMinute()]).toEqual([2, 4])
    time += 59_000
    activity.record('a')
    expect(activity.requestsPerMinute()).toBe(5)
    time += 1_000
    expect(activity.requestsPerMinute()).toBe(1)
    time += 241_000
    expect(activity.activeUsers()).toBe(1)
    time += 3_600_000
    expect([activity.activeUsers(), activity.requestsPerMinute()]).toEqual([0, 0])
  })

  test('memory is bounded', () => {
    const activity = createActivity(() => 1)
    for (let at = 0; at < 100_500; at++) activity.record(`p${at}`)
    expect(activity.activeUsers()).toBeLessThanOrEqual(100_000)
  })
})

describe('over HTTP', () => {
  let server: Served
  beforeAll(async () => {
    server = await serve({ env: { HEALTH_CHECK_ENDPOINT: '/up', STATUS_ENDPOINT: '/state' } })
  })
  afterAll(() => server.close())

  test.each(['/up', '/state', '/livez', '/readyz', '/startupz', '/healthz', '/'])(
    '%s needs no credential',
    async (path) => {
      const response = await fetch(`${server.url}${path}`)
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toBe('application/json')
    },
  )

  test('the paths of the settings replace the usual ones', async () => {
    expect((await fetch(`${server.url}/health`)).status).toBe(404)
    const links = ((await (await fetch(`${server.url}/`)).json()) as { links: object }).links
    expect(links).toMatchObject({ health: '/up', status: '/state', swagger: '/swagger', mcp: '/mcp' })
  })

  test('busy figures follow the requests', async () => {
    const key = await server.addKey('somebody-else')
    await server.send('/api/v1/shop/things')
    await server.send('/api/v1/shop/things', { headers: { authorization: `Bearer ${key}` } })
    const { metrics } = (await (await server.send('/state')).json()) as { metrics: Record<string, number> }
    expect(metrics.active_users).toBe(2)
    expect(metrics.requests_per_minute).toBeGreaterThanOrEqual(2)
  })

  test('the Prometheus port answers under any Host', async () => {
    const send = (path: string, method = 'GET') =>
      server.probes.fetch(
        new Request(`http://10.1.2.3:9465${path}`, { method, headers: { host: 'evil.example' } }),
      )
    for (const path of ['/livez', '/readyz', '/startupz', '/healthz'])
      expect((await send(path)).status).toBe(200)
    const metrics = await send('/metrics?x=1')
    expect(metrics.headers.get('content-type')).toStartWith('text/plain; version=0.0.4')
    expect(await metrics.text()).toContain('# TYPE http_requests_total counter')
    expect((await send('/api/v1/shop/things')).status).toBe(404)
    expect((await send('/constructor')).status).toBe(404)
    expect((await send('/metrics', 'POST')).status).toBe(405)
  })

  test('a bare path, as HTTP/1.0 without Host gives it, is understood', async () => {
    const probes = createProbes({ health: health(), telemetry: { exposition: async () => '' } })
    const request = { url: '/livez', method: 'GET' } as Request
    expect((await probes.fetch(request)).status).toBe(200)
  })
})
