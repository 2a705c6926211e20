import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { startApp } from '../kit/app'
import { createDatabase, type TestDatabase } from '../kit/postgres'
import { type Hosted, startHosted } from './auth-kit'
import { answerOf, callOf, modern, rpc } from './kit'

const all = ['journal:read', 'journal:write']
let hosted: Hosted
beforeAll(async () => {
  hosted = await startHosted()
})
afterAll(() => hosted?.close())

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const challengeOf = (response: Response) => response.headers.get('www-authenticate')
const place = (path = '') => `${hosted.url}/.well-known/oauth-protected-resource${path}`

describe('protected resource metadata', () => {
  test.each(['', '/mcp', '/mcp/journal'])('of %j say whose tokens count', async (path) => {
    const response = await fetch(place(path))
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(await response.json()).toEqual({
      resource: hosted.url + path,
      authorization_servers: [hosted.issuer.url],
      scopes_supported: all,
      bearer_methods_supported: ['header'],
      resource_name: 'Holdfast',
      resource_documentation: `${hosted.url}/connect`,
    })
  })

  test('there are none for what is not there', async () => {
    for (const path of ['/mcp/nonesuch', '/api', '/mcp/journal/more']) {
      expect((await fetch(place(path))).status).toBe(404)
    }
  })

  test('headers of a request do not change them', async () => {
    const headers = {
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      forwarded: 'host=evil.example',
    }
    const text = await (await fetch(place('/mcp'), { headers })).text()
    expect(text).not.toContain('evil.example')
    const refused = await hosted.post(rpc('tools/list'), headers)
    expect(challengeOf(refused)).not.toContain('evil.example')
  })

  test('without an issuer there are none, and no answer points to any', async () => {
    const app = await startApp({ env: { PUBLIC_URL: 'https://mcp.example.com' } })
    try {
      expect((await app.send('/.well-known/oauth-protected-resource')).status).toBe(404)
      expect((await app.send('/.well-known/oauth-protected-resource/mcp')).status).toBe(404)
      const refused = await app.send('/mcp', { method: 'POST' })
      expect(refused.status).toBe(401)
      expect(challengeOf(refused)).toBe('Bearer realm="holdfast"')
    } finally {
      await app.close()
    }
  })

  test('below a path of a proxy, the challenge names what the proxy leads here', async () => {
    const env = { PUBLIC_URL: 'https://example.com/holdfast/', OAUTH_ISSUER: hosted.issuer.url }
    const app = await startApp({ env })
    try {
      const base = 'https://example.com/holdfast'
      const refused = await app.send('/mcp', { method: 'POST' })
      expect(challengeOf(refused)).toContain(
        `resource_metadata="${base}/.well-known/oauth-protected-resource/mcp"`,
      )
      const metadata = await (await app.send('/.well-known/oauth-protected-resource/mcp')).json()
      expect(metadata).toMatchObject({ resource: `${base}/mcp` })
    } finally {
      await app.close()
    }
  })

  test('stand in the OpenAPI document, which stays valid', async () => {
    const document = (await (await fetch(`${hosted.url}/openapi.json`)).json()) as {
      paths: Record<string, object>
    }
    const { valid, errors } = await new Validator().validate(structuredClone(document))
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined })
    const paths = Object.keys(document.paths).filter((path) => path.startsWith('/.well-known'))
    expect(paths.sort()).toEqual(
      ['', '/mcp', '/mcp/{module}'].map((path) => `/.well-known/oauth-protected-resource${path}`),
    )
  })

  test('the issuer’s own names are what clients are told to ask for', async () => {
    const other = await startHosted({
      OAUTH_SCOPE_MAP: 'Journal.Read=journal:read,Journal.Write=journal:write',
    })
    try {
      const { scopes_supported } = (await (
        await fetch(`${other.url}/.well-known/oauth-protected-resource`)
      ).json()) as {
        scopes_supported: string[]
      }
      expect(scopes_supported).toEqual(['Journal.Read', 'Journal.Write'])
      const reader = await other.token('Journal.Read')
      const refused = await other.post(callOf('store_journal_entry', { entry: 'no' }), bearer(reader))
      expect(challengeOf(refused)).toContain('scope="Journal.Write"')
    } finally {
      await other.close()
    }
  })
})

describe('401', () => {
  test.each([
    ['/mcp', '/mcp'],
    ['/mcp/journal', '/mcp/journal'],
    ['/mcp/nonesuch', ''],
    ['/api/v1/journal/entries', ''],
  ])('on %s leads to the metadata', async (path, metadata) => {
    const response = await fetch(hosted.url + path)
    expect(response.status).toBe(401)
    expect(challengeOf(response)).toBe(
      `Bearer realm="holdfast", resource_metadata="${place(metadata)}", scope="journal:read journal:write"`,
    )
  })

  test('says that a token is no good', async () => {
    const expired = await hosted.token('journal:read', { exp: Math.floor(Date.now() / 1000) - 3600 })
    const wrong = await hosted.token('journal:read', { aud: 'https://other.example/mcp' })
    for (const token of [expired, wrong]) {
      const response = await hosted.post(rpc('tools/list'), bearer(token))
      expect(response.status).toBe(401)
      expect(challengeOf(response)).toMatch(
        /error="invalid_token",( error_description="The access token has expired",)? resource_metadata="/,
      )
    }
  })
})

describe('a scope that the token lacks', () => {
  const store = { name: 'store_journal_entry', arguments: { entry: 'kept to the plan' } }
  const challenge = (path = '/mcp') =>
    `Bearer error="insufficient_scope", resource_metadata="${place(path)}", scope="journal:write"`
  let reader: Record<string, string>
  beforeAll(async () => {
    reader = bearer(await hosted.token('journal:read'))
  })
  const expectRefusal = async (response: Response, path?: string) => {
    expect(response.status).toBe(403)
    expect(challengeOf(response)).toBe(challenge(path))
    expect(await answerOf(response)).toMatchObject({
      id: 1,
      error: { code: -32012, data: { code: 'insufficient_scope' } },
    })
  }

  test('is 403 for a plain call of either era', async () => {
    await expectRefusal(await hosted.post(callOf(store.name, store.arguments), reader))
    const [body, headers] = modern('tools/call', store)
    await expectRefusal(await hosted.post(body, { ...reader, ...headers }))
    const path = '/mcp/journal'
    const own = bearer(await hosted.token('journal:read', { aud: hosted.url + path }))
    await expectRefusal(await hosted.post(callOf(store.name, store.arguments), own, path), path)
  })

  test('is 403 for a call that the SDK answers', async () => {
    const _meta = { progressToken: 'p' }
    await expectRefusal(await hosted.post(rpc('tools/call', { ...store, _meta }), reader))
    const [body, headers] = modern('tools/call', store, { progressToken: 'p' })
    await expectRefusal(await hosted.post(body, { ...reader, ...headers }))
  })

  test('is 403 where the call could become a task', async () => {
    const clientCapabilities = { extensions: { 'io.modelcontextprotocol/tasks': {} } }
    const given = { name: 'import_journal', arguments: { format: 'json', content: '[]' } }
    const [body, headers] = modern('tools/call', given, {
      'io.modelcontextprotocol/clientCapabilities': clientCapabilities,
    })
    await expectRefusal(await hosted.post(body, { ...reader, ...headers }))
    const writer = bearer(await hosted.token())
    expect((await hosted.post(body, { ...writer, ...headers })).status).toBe(200)
  })

  test('is 403 inside of a session', async () => {
    const clientInfo = { name: 'test', version: '1' }
    const hello = rpc('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo })
    const opened = await hosted.post(hello, reader)
    const session = { ...reader, 'mcp-session-id': opened.headers.get('mcp-session-id')! }
    await expectRefusal(await hosted.post(callOf(store.name, store.arguments), session))
    await expectRefusal(
      await hosted.post(rpc('tools/call', { ...store, _meta: { progressToken: 'p' } }), session),
    )
  })

  test('is 403 for resources and prompts, one that does not exist is unknown', async () => {
    const nobody = bearer(await hosted.token('openid'))
    const uri = 'journal://entries/01a1fcc1-da35-74d3-b089-29b010ba04f7'
    const wanted = [rpc('resources/read', { uri }), rpc('prompts/get', { name: 'weekly_journal_review' })]
    for (const body of wanted) {
      const response = await hosted.post(body, nobody)
      expect(response.status).toBe(403)
      expect(challengeOf(response)).toBe(challenge().replace('journal:write', 'journal:read'))
      expect((await answerOf(response)).error).toMatchObject({ code: -32012 })
    }
    const [body, headers] = modern('resources/read', { uri })
    expect((await hosted.post(body, { ...nobody, ...headers, 'mcp-name': uri })).status).toBe(403)
    const unknown = await answerOf(hosted.post(rpc('resources/read', { uri: 'journal://nonesuch' }), nobody))
    expect(unknown.error!.code).toBe(-32602)
  })

  test('is 403 over REST, and nothing was stored by any of it', async () => {
    const response = await hosted.post({ entry: 'no' }, reader, '/api/v1/journal/entries')
    expect(response.status).toBe(403)
    expect(challengeOf(response)).toBe(challenge(''))
    const { result } = await answerOf(hosted.post(callOf('get_journal_entries'), reader))
    expect(result.structuredContent.total).toBe(0)
  })

  test('keeps the tool off the list', async () => {
    const listed = async (headers: Record<string, string>) => {
      const { result } = await answerOf(hosted.post(rpc('tools/list'), headers))
      return result.tools.map(({ name }: { name: string }) => name)
    }
    const [few, more] = [await listed(reader), await listed(bearer(await hosted.token()))]
    expect(few).toContain('get_journal_entries')
    expect(few).not.toContain(store.name)
    expect(more).toContain(store.name)
  })
})

describe.each(['sqlite', 'postgres'] as const)('a good token, on %s', (dialect) => {
  let database: TestDatabase | undefined
  let served: Hosted
  beforeAll(async () => {
    database = dialect === 'postgres' ? await createDatabase() : undefined
    served = await startHosted(database ? { DATABASE_URL: database.url } : {})
  })
  afterAll(async () => {
    await served?.close()
    await database?.drop()
  })
  const total = async (headers: Record<string, string>) =>
    ((await (await fetch(`${served.url}/api/v1/journal/entries`, { headers })).json()) as { total: number })
      .total

  test.each(['grace', 'auth0|5f7c2a', `o'neil",\\{x}$1%00`, '用户-1'])(
    'is good over MCP and REST; %s owns what it wrote, alone and with their keys',
    async (sub) => {
      const token = bearer(await served.token(undefined, { sub }))
      const stored = await answerOf(served.post(callOf('store_journal_entry', { entry: 'waited' }), token))
      expect(stored.result.isError).toBeUndefined()
      expect(await total(token)).toBe(1)
      expect(await total(bearer(await served.app.addKey(sub)))).toBe(1)
      expect(await total(bearer(await served.token(undefined, { sub: `${sub}2` })))).toBe(0)
    },
  )
})

test('an issuer that is down is 503, not a refusal; before the first token nothing is said about it', async () => {
  const other = await startHosted()
  try {
    const before = (await (await fetch(`${other.url}/health`)).json()) as Record<string, string>
    expect(before).toMatchObject({
      status: 'healthy',
      external_apis: `token issuer unknown: no token has come yet, so ${other.issuer.url} was not asked for keys`,
    })
    other.issuer.fall()
    const response = await other.post(rpc('tools/list'), bearer(await other.token()))
    expect(response.status).toBe(503)
    expect(challengeOf(response)).toBeNull()
    expect(response.headers.get('retry-after')).toBe('5')
    const health = async () => (await (await fetch(`${other.url}/health`)).json()) as Record<string, string>
    let seen = await health()
    for (let i = 0; i < 100 && seen.status === 'healthy'; i++) {
      await Bun.sleep(100)
      seen = await health()
    }
    expect(seen).toMatchObject({
      status: 'degraded',
      external_apis: `token issuer degraded: ${other.issuer.url} does not give its keys`,
    })
  } finally {
    await other.close()
  }
})
