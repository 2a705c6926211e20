import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import {
  ClientCredentialsProvider,
  Client as NewClient,
  StreamableHTTPClientTransport as NewHttp,
} from '@modelcontextprotocol/client'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { createPerson, type Hosted, startHosted } from './auth-kit'

const info = { name: 'test', version: '1' }
let hosted: Hosted
beforeAll(async () => {
  hosted = await startHosted()
})
afterAll(() => hosted?.close())

/** Either SDK's client with its transport. */
const clients = {
  '1.x': (url: URL, authProvider: never) => ({
    client: new Client(info) as never as NewClient,
    transport: new StreamableHTTPClientTransport(url, { authProvider }) as never as NewHttp,
  }),
  '2.x legacy': (url: URL, authProvider: never) => ({
    client: new NewClient(info, { versionNegotiation: { mode: 'legacy' } }),
    transport: new NewHttp(url, { authProvider }),
  }),
  '2.x on 2026-07-28': (url: URL, authProvider: never) => ({
    client: new NewClient(info, { versionNegotiation: { mode: { pin: '2026-07-28' } } }),
    transport: new NewHttp(url, { authProvider }),
  }),
}
type Kind = keyof typeof clients
const kinds = Object.keys(clients) as Kind[]

/** Connects as a person would: refused, authorized, connected. */
async function connect(kind: Kind, path: string) {
  const person = createPerson()
  const url = new URL(hosted.url + path)
  const first = clients[kind](url, person.provider)
  const refused = await first.client.connect(first.transport).then(
    () => undefined,
    (error: Error) => error,
  )
  expect(refused?.constructor.name).toBe('UnauthorizedError')
  await first.transport.finishAuth(person.code())
  const { client, transport } = clients[kind](url, person.provider)
  await client.connect(transport)
  return { client, transport, person }
}

describe.each(kinds)('an SDK client, %s', (kind) => {
  test.each(['/mcp', '/mcp/journal'])(
    'finds the issuer from a 401 on %s, gets a token, calls a tool',
    async (path) => {
      const { client, person } = await connect(kind, path)
      const asked = hosted.issuer.asked.at(-1)!
      expect(asked).toEqual({
        grant: 'authorization_code',
        resource: hosted.url + path,
        scope: 'journal:read journal:write',
      })
      expect(person.redirects).toHaveLength(1)
      const result = await client.callTool({ name: 'get_journal_entries', arguments: { limit: 1 } })
      expect(result.isError).toBeFalsy()
      expect(result.structuredContent).toMatchObject({ success: true })
      await client.close()
    },
  )

  test('asks for the scope that a call was refused for', async () => {
    const { client, transport, person } = await connect(kind, '/mcp')
    person.kept.tokens = {
      access_token: await hosted.token('journal:read'),
      token_type: 'Bearer',
      scope: 'journal:read',
      issuer: hosted.issuer.url,
    }
    const call = { name: 'store_journal_entry', arguments: { entry: 'the plan held' } }
    const before = person.redirects.length
    await client.callTool(call).catch(() => {})
    expect(person.redirects).toHaveLength(before + 1)
    expect(person.redirects.at(-1)!.searchParams.get('scope')!.split(' ')).toContain('journal:write')
    await transport.finishAuth(person.code())
    const result = await client.callTool(call)
    expect(result.isError).toBeFalsy()
    await client.close()
  })
})

test('a service with its own credentials gets in without a person', async () => {
  const authProvider = new ClientCredentialsProvider({
    clientId: 'nightly',
    clientSecret: 'secret',
    expectedIssuer: hosted.issuer.url,
  })
  const client = new NewClient(info)
  await client.connect(new NewHttp(new URL(`${hosted.url}/mcp`), { authProvider }))
  expect(hosted.issuer.asked.at(-1)).toMatchObject({
    grant: 'client_credentials',
    resource: `${hosted.url}/mcp`,
  })
  expect((await client.listTools()).tools.length).toBeGreaterThan(5)
  await client.close()
})
