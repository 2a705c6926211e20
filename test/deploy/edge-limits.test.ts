import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { Type } from '@sinclair/typebox'
import { defineModule } from '../../src/core/module'
import { defineOperation } from '../../src/core/operation'
import { fly, flyPostgres } from '../../src/platform/deploy/fly'
import { defaultInstallation } from '../../src/platform/deploy/installation'
import { apache, nginx } from '../../src/platform/deploy/proxies'
import { type Served, serve } from '../http/kit'
import { type ProxyName, proxies, type ReverseProxy, startProxy } from './proxy'

const mostBytes = 1_500_000
const measure = defineOperation({
  name: 'measure',
  title: 'Measure',
  description: 'Tells how long the text is.',
  input: Type.Object({ text: Type.String() }, { additionalProperties: false }),
  output: Type.Object({ length: Type.Integer() }, { additionalProperties: false }),
  scope: 'edge:read',
  hints: { readOnly: true },
  rest: { method: 'POST', path: '/measure' },
  run: async ({ text }) => ({ length: text.length }),
})
const dawdle = defineOperation({
  name: 'dawdle',
  title: 'Dawdle',
  description: 'Takes longer than any call may.',
  input: Type.Object({}, { additionalProperties: false }),
  output: Type.Object({}, { additionalProperties: false }),
  scope: 'edge:read',
  hints: { readOnly: true },
  rest: { method: 'GET', path: '/dawdle' },
  run: () => new Promise<never>(() => {}),
})
const edge = defineModule({
  name: 'edge',
  title: 'Edge',
  description: 'Limits.',
  settings: {},
  start: () => ({ operations: [measure, dawdle] }),
})

for (const name of Object.keys(proxies) as ProxyName[]) {
  describe.skipIf(!proxies[name].binary)(`${name} and the server agree`, () => {
    let server: Served
    let proxy: ReverseProxy
    beforeAll(async () => {
      server = await serve({
        module: edge,
        env: {
          PUBLIC_URL: 'https://mcp.example.com',
          MAX_REQUEST_SIZE: String(mostBytes),
          REQUEST_TIMEOUT_SECONDS: '1',
        },
      })
      proxy = await startProxy(name, server.port, server.port, {
        maxRequestBytes: mostBytes,
        requestTimeoutSeconds: 1,
      })
    })
    afterAll(async () => {
      await proxy?.stop()
      await server?.close()
    })

    const through = (path: string, init: RequestInit = {}) =>
      fetch(`https://127.0.0.1:${proxy.https}${path}`, {
        ...init,
        headers: {
          host: 'mcp.example.com',
          authorization: `Bearer ${server.key}`,
          'content-type': 'application/json',
          ...init.headers,
        },
        tls: { ca: proxy.ca },
      })
    const bodyOf = (bytes: number) => JSON.stringify({ text: 'x'.repeat(bytes - '{"text":""}'.length) })
    const send = (body: string | ReadableStream) => through('/api/v1/edge/measure', { method: 'POST', body })
    const inPieces = (text: string) => new Blob([text]).stream()

    test('on bodies: what the server takes passes, announced or not; a byte more does not', async () => {
      const just = bodyOf(mostBytes)
      const length = mostBytes - '{"text":""}'.length
      for (const body of [just, inPieces(just)]) {
        const answer = await send(body)
        expect(answer.status).toBe(200)
        expect(await answer.json()).toEqual({ length })
      }
      expect((await send(bodyOf(mostBytes + 1))).status).toBe(413)
      expect((await send(inPieces(bodyOf(mostBytes + 1)))).status).toBe(413)
      expect((await send(bodyOf(20))).status).toBe(200)
    })

    test('on headers and addresses: 12 KB of a token pass, 20 KB are refused, and others are not disturbed', async () => {
      const token = (bytes: number) => through('/livez', { headers: { 'x-token': 'a'.repeat(bytes) } })
      expect((await token(12_000)).status).toBe(200)
      expect([400, 431]).toContain((await token(20_000)).status)
      expect((await through(`/livez?a=${'b'.repeat(12_000)}`)).status).toBe(200)
      expect([400, 414, 431]).toContain((await through(`/livez?a=${'b'.repeat(40_000)}`)).status)
      expect((await through('/livez')).status).toBe(200)
    })

    test('on time: a call that takes too long is answered by the server itself', async () => {
      const answer = await through('/api/v1/edge/dawdle')
      expect(answer.status).toBe(504)
      expect(answer.headers.get('content-type')).toBe('application/problem+json')
      expect(await answer.json()).toMatchObject({ code: 'timeout' })
    })
  })
}

test.skipIf(!proxies.nginx.binary)('nginx refuses a flood from one address with 429', async () => {
  const upstream = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response('fine') })
  const proxy = await startProxy('nginx', upstream.port!, upstream.port!)
  try {
    const ask = async () =>
      (await fetch(`https://127.0.0.1:${proxy.https}/`, { tls: { ca: proxy.ca } })).status
    const statuses: number[] = []
    // 101 at once are within the burst; whatever the machine's speed, many more than 50 a second are not.
    while (!statuses.includes(429) && statuses.length < 5000)
      statuses.push(...(await Promise.all(Array.from({ length: 50 }, ask))))
    expect([...new Set(statuses)].sort()).toEqual([200, 429])
  } finally {
    await proxy.stop()
    await upstream.stop(true)
  }
})

/** Seconds that the server keeps an idle connection at least (src/cli/listen.ts). */
const serverIdleSeconds = 60
/** Seconds between two comments on an open stream. */
const heartbeatSeconds = 15

test.each([1, 60, 900, 3600])(
  'a call of %d s outlasts no proxy, and no proxy an idle connection',
  (seconds) => {
    const installation = { ...defaultInstallation('1.2.3'), requestTimeoutSeconds: seconds }
    const text = (target: typeof nginx) => target.artifacts(installation)[0]!.text
    const numbers = (file: string, pattern: RegExp) =>
      [...file.matchAll(pattern)].map(([, found]) => Number(found))
    const reads = [
      ...numbers(text(nginx), /proxy_read_timeout (\d+)s;/g),
      ...numbers(text(apache), / timeout=(\d+)/g),
    ]
    expect(reads).toHaveLength(4)
    for (const limit of reads) expect(limit).toBeGreaterThan(Math.max(seconds, heartbeatSeconds))
    const idle = [
      ...numbers(text(nginx), /keepalive_timeout (\d+)s;/g),
      ...numbers(text(apache), /ttl=(\d+)/g),
    ]
    expect(idle).toHaveLength(3)
    for (const limit of idle) expect(limit).toBeLessThan(serverIdleSeconds)
    for (const target of [fly, flyPostgres]) {
      const file = Bun.TOML.parse(target.artifacts(installation)[0]!.text) as FlyFile
      expect(file.http_service.http_options.idle_timeout).toBeGreaterThan(seconds)
      const own = Number(file.env.SHUTDOWN_TIMEOUT_SECONDS)
      expect(Number.parseInt(file.kill_timeout, 10)).toBeGreaterThan(own)
    }
  },
)

interface FlyFile {
  kill_timeout: string
  env: Record<string, string>
  http_service: { http_options: { idle_timeout: number } }
}
