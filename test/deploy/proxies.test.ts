import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { Type } from '@sinclair/typebox'
import { defineModule } from '../../src/core/module'
import { defineOperation } from '../../src/core/operation'
import { createClientAddress } from '../../src/platform/http/client-address'
import { type Served, serve } from '../http/kit'
import { modern } from '../mcp/kit'
import { type ProxyName, proxies, type ReverseProxy, startProxy } from './proxy'

let release = () => {}

const count_slowly = defineOperation({
  name: 'count_slowly',
  title: 'Count slowly',
  description: 'Tells the first step, then waits until it is told to go on.',
  input: Type.Object({}, { additionalProperties: false }),
  output: Type.Object({ counted: Type.Integer() }, { additionalProperties: false }),
  scope: 'gate:read',
  hints: { readOnly: true },
  rest: { method: 'POST', path: '/count' },
  async run(_, call) {
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    call.progress(1, 2, 'first')
    await gate
    return { counted: 2 }
  },
})
const say = defineOperation({
  name: 'say',
  title: 'Say',
  description: 'Gives back the text.',
  input: Type.Object({ text: Type.String({ maxLength: 50 }) }, { additionalProperties: false }),
  output: Type.Object({ text: Type.String() }, { additionalProperties: false }),
  scope: 'gate:read',
  hints: { readOnly: true },
  rest: { method: 'GET', path: '/say/{text}' },
  run: async ({ text }) => ({ text }),
})
const gate = defineModule({
  name: 'gate',
  title: 'Gate',
  description: 'Steps.',
  settings: {},
  start: () => ({ operations: [count_slowly, say] }),
})

const trusted = ['127.0.0.1/32']

for (const name of Object.keys(proxies) as ProxyName[]) {
  describe.skipIf(!proxies[name].binary)(`behind ${name}`, () => {
    let server: Served
    let exposition: Bun.Server<undefined>
    let proxy: ReverseProxy
    beforeAll(async () => {
      server = await serve({
        module: gate,
        env: { PUBLIC_URL: 'https://mcp.example.com', TRUSTED_PROXIES: trusted.join(',') },
      })
      exposition = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: server.probes.fetch })
      proxy = await startProxy(name, server.port, exposition.port!)
    })
    afterAll(async () => {
      await proxy?.stop()
      await exposition?.stop(true)
      await server?.close()
    })

    const through = (path: string, init: RequestInit = {}) =>
      fetch(`https://127.0.0.1:${proxy.https}${path}`, {
        ...init,
        headers: { host: 'mcp.example.com', authorization: `Bearer ${server.key}`, ...init.headers },
        tls: { ca: proxy.ca },
      })

    test('its own checker has nothing against the file', () => {
      expect(proxy.check.code, proxy.check.text).toBe(0)
      expect(proxy.check.text).not.toMatch(/warn|error/i)
    })

    test('plain HTTP is sent to HTTPS with its path', async () => {
      const answer = await fetch(`http://127.0.0.1:${proxy.http}/docs?a=1`, {
        headers: { host: 'mcp.example.com' },
        redirect: 'manual',
      })
      expect(answer.status).toBe(308)
      expect(answer.headers.get('location')).toBe('https://mcp.example.com/docs?a=1')
    })

    test('a REST call arrives, with HSTS and the server’s own headers', async () => {
      const answer = await through('/api/v1/gate/say/hello')
      expect(answer.status, await answer.clone().text()).toBe(200)
      expect(await answer.json()).toEqual({ text: 'hello' })
      expect(answer.headers.get('strict-transport-security')).toContain('max-age=63072000')
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    })

    test('an MCP event is read before the call it belongs to ends', async () => {
      const [body, headers] = modern(
        'tools/call',
        { name: 'count_slowly', arguments: {} },
        { progressToken: 1 },
      )
      const answer = await through('/mcp', {
        method: 'POST',
        body: JSON.stringify(body),
        headers: {
          ...headers,
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          'accept-encoding': 'gzip',
        },
      })
      expect(answer.headers.get('content-type')).toContain('text/event-stream')
      const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
      let text = ''
      while (!text.includes('"first"')) text += (await reader.read()).value ?? fail(text)
      expect(text).not.toContain('counted')
      release()
      for (let part = await reader.read(); !part.done; part = await reader.read()) text += part.value
      expect(text).toContain('"counted":2')
    })

    test('Prometheus is answered from private networks', async () => {
      const answer = await through('/prometheus')
      expect(answer.status).toBe(200)
      expect(await answer.text()).toContain('# TYPE')
    })

    test('a body beyond the limit is refused by the proxy', async () => {
      const answer = await through('/api/v1/gate/count', {
        method: 'POST',
        body: 'x'.repeat(10 * 1024 * 1024 + 1),
      })
      expect(answer.status).toBe(413)
    })
  })

  test.skipIf(!proxies[name].binary)(
    `behind ${name} the client is who connects, whatever it claims`,
    async () => {
      const addresses = createClientAddress(trusted, false)
      const seen: (string | null)[][] = []
      const server = Bun.serve({
        port: 0,
        hostname: '127.0.0.1',
        fetch(request) {
          const { headers } = request
          seen.push(
            ['x-forwarded-for', 'fly-client-ip', 'forwarded', 'x-real-ip'].map((one) => headers.get(one)),
          )
          return new Response(addresses.resolve('127.0.0.1', headers))
        },
      })
      const proxy = await startProxy(name, server.port!, server.port!)
      try {
        const answer = await fetch(`https://127.0.0.1:${proxy.https}/who`, {
          headers: {
            host: 'mcp.example.com',
            'x-forwarded-for': '6.6.6.6',
            'fly-client-ip': '6.6.6.6',
            forwarded: 'for=6.6.6.6',
            'x-real-ip': '6.6.6.6',
          },
          tls: { ca: proxy.ca },
        })
        expect(await answer.text()).toBe('127.0.0.1')
        expect(seen).toEqual([['127.0.0.1', null, null, null]])
      } finally {
        await proxy.stop()
        await server.stop(true)
      }
    },
  )
}

const fail = (text: string): never => {
  throw new Error(`the stream ended early: ${text}`)
}
