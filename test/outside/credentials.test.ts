import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { startApp, type TestApp } from '../kit/app'

let app: TestApp
beforeAll(async () => {
  app = await startApp()
})
afterAll(() => app.close())

const bad = { 'x-user-email': 'nobody@example.com', 'x-subscription-key': 'fm_sub_wrong' }

/** A tool call over MCP with these headers. */
function call(name: string, headers: Record<string, string>, args: unknown = {}, path = '/mcp') {
  const message = { jsonrpc: '2.0', id: 'q', method: 'tools/call', params: { name, arguments: args } }
  const body = JSON.stringify(message)
  return app.send(path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body })
}

const json = async (response: Response) => (await response.json()) as Record<string, unknown>

describe('no credential at all', () => {
  test('is 401 for every operation', async () => {
    for (const { operation, path } of app.dispatcher.operations) {
      const response = await app.send(path.replace(/\{\w+\}/g, 'x'), { method: operation.rest.method })
      expect([operation.name, response.status, (await json(response)).code]).toEqual([
        operation.name,
        401,
        'AUTH_MISSING_KEY',
      ])
      expect(response.headers.get('www-authenticate')).toStartWith('Bearer')
    }
  })

  test.each(['initialize', 'tools/list', 'server/discover', 'ping'])('is 401 for %s', async (method) => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: {} })
    const headers = { 'content-type': 'application/json' }
    const response = await app.send('/mcp', { method: 'POST', headers, body })
    expect([response.status, (await json(response)).code]).toEqual([401, 'AUTH_MISSING_KEY'])
  })

  test('is 401 for validate_subscription over MCP too', async () => {
    expect((await call('validate_subscription', {})).status).toBe(401)
  })
})

describe('a bad credential', () => {
  test.each(['/mcp', '/mcp/journal'])('is told so by validate_subscription over %s', async (path) => {
    for (const headers of [bad, { authorization: `Bearer ${app.key}0` }] as Record<string, string>[]) {
      const response = await call('validate_subscription', headers, {}, path)
      expect(response.status).toBe(200)
      expect(await json(response)).toMatchObject({
        id: 'q',
        result: { structuredContent: { success: false, valid: false, error: expect.any(String) } },
      })
    }
  })

  test('may call nothing else', async () => {
    const response = await call('get_journal_entries', bad)
    expect([response.status, (await json(response)).code]).toEqual([401, 'AUTH_INVALID_KEY'])
    expect(response.headers.get('www-authenticate')).toContain('invalid_token')
  })

  test('is 401 whatever comes with it', async () => {
    const long = await call('validate_subscription', bad, { filler: 'x'.repeat(100_000) })
    expect(long.status).toBe(401)
    for (const body of ['{broken', '[]', 'null', '']) {
      const headers = { 'content-type': 'application/json', ...bad }
      expect((await app.send('/mcp', { method: 'POST', headers, body })).status).toBe(401)
    }
  })

  test('half of it is 400 with the words that say what is missing', async () => {
    for (const name of ['x-user-email', 'x-subscription-key'] as const) {
      const response = await call('validate_subscription', { [name]: bad[name] })
      const detail = 'Missing required headers: X-User-Email and X-Subscription-Key'
      expect([response.status, (await json(response)).detail]).toEqual([400, detail])
    }
  })
})
