import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { rmSync } from 'node:fs'
import { startServer, type TestServer } from '../kit/server'
import {
  type AnyClient,
  initialize,
  initialized,
  modern,
  newerClient,
  olderClient,
  rpc,
  startBridge,
} from './remote-rig'
import { cli, emptyFolder } from './rig'

let server: TestServer
let url: string
const folder = emptyFolder()
beforeAll(async () => {
  server = await startServer({ folder })
  url = `${server.url}/mcp`
})
afterAll(async () => {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})

const clients: [string, () => Promise<AnyClient>][] = [
  ['SDK 1.x', () => olderClient(url, server.key) as unknown as Promise<AnyClient>],
  ['SDK 2.x, older revisions', () => newerClient('legacy', url, server.key)],
  ['SDK 2.x, finding out', () => newerClient('auto', url, server.key)],
  ['SDK 2.x, 2026-07-28', () => newerClient({ pin: '2026-07-28' }, url, server.key)],
]

describe.each(clients)('%s over the bridge', (name, connect) => {
  test('lists tools, calls them, sees failures, and goes', async () => {
    const client = await connect()
    expect((await client.listTools()).tools.map((tool) => tool.name)).toContain('store_journal_entry')
    const entry = `bridged by ${name}`
    const stored = await client.callTool({ name: 'store_journal_entry', arguments: { entry } })
    expect(stored.isError).toBeFalsy()
    const found = await client.callTool({ name: 'get_journal_entries', arguments: { limit: 1 } })
    expect(JSON.stringify(found.structuredContent)).toContain(entry)
    expect((await client.callTool({ name: 'store_journal_entry', arguments: {} })).isError).toBeTrue()
    await expect(client.callTool({ name: 'nonesuch', arguments: {} })).rejects.toMatchObject({ code: -32602 })
    await client.close()
  })
})

test('a name that no header can carry reaches the server', async () => {
  const bridge = startBridge(url, server.key)
  bridge.send(modern(1, 'tools/call', { name: 'grüße ', arguments: {} }))
  expect(await bridge.answer(1)).toMatchObject({ error: { code: -32602 } })
  await bridge.end('SIGTERM')
})

test('what was asked before the end of stdin is answered, and the process is gone', async () => {
  const bridge = startBridge(url, server.key)
  bridge.send(initialize(), initialized)
  for (let id = 1; id <= 8; id++) bridge.send(rpc(id, 'tools/list'))
  bridge.process.stdin.end()
  expect(await bridge.ended()).toBe(0)
  const answers = bridge.messages()
  expect(answers.map(({ id }) => id).sort((a, b) => a - b)).toEqual([...Array(9).keys()])
  expect(answers.every(({ result }) => result)).toBeTrue()
})

test('nonsense is answered, and stdout holds nothing but JSON', async () => {
  const bridge = startBridge(url, server.key)
  bridge.send(
    'nonsense',
    '[]',
    '42',
    '{"id":7}',
    '{"jsonrpc":"2.0","id":{},"method":"ping"}',
    '',
    rpc(1, 'nonesuch/method'),
  )
  bridge.process.stdin.end()
  expect(await bridge.ended()).toBe(0)
  const codes = bridge.messages().map(({ id, error }) => [id, error.code])
  expect(codes).toEqual([
    [null, -32700],
    [null, -32600],
    [null, -32600],
    [7, -32600],
    [null, -32600],
    [1, -32601],
  ])
  expect(bridge.stderr()).toContain('Bridging to')
})

test.each([
  ['no key', undefined, 'wants a key (401): set HOLDFAST_KEY'],
  ['a wrong key', 'kota_free_wrong', 'refused the key (401): set HOLDFAST_KEY'],
])('%s: the answer says which variable to set', async (_, key, text) => {
  const bridge = startBridge(url, key)
  bridge.send(initialize('a'), modern(2, 'tools/list'))
  for (const id of ['a', 2]) {
    const { error } = await bridge.answer(id)
    expect(error).toMatchObject({ code: -32011, data: { status: 401 } })
    expect(error.message).toContain(text)
  }
  expect(await bridge.end('SIGINT')).toBe(0)
  expect(bridge.stdout() + bridge.stderr()).not.toContain('kota_free_wrong')
})

test('a page that is no MCP is told apart', async () => {
  const bridge = startBridge(`${server.url}/nonesuch`, server.key)
  bridge.send(initialize())
  expect((await bridge.answer(0)).error).toMatchObject({ data: { status: 404 } })
  await bridge.end('SIGTERM')
})

test('a key in a file is read', async () => {
  const file = `${emptyFolder()}/key`
  await Bun.write(file, `${server.key}\n`)
  const child = Bun.spawn([process.execPath, 'src/main.ts', 'stdio', '--remote', server.url], {
    env: { PATH: process.env.PATH!, HOLDFAST_KEY_FILE: file },
    stdin: new Blob([`${JSON.stringify(modern(1, 'server/discover'))}\n`]),
    stdout: 'pipe',
    stderr: 'ignore',
  })
  expect(JSON.parse(await new Response(child.stdout).text())).toMatchObject({ id: 1, result: {} })
})

test.each([
  ['ftp://example.com/mcp', 'must be like https://'],
  ['nonsense', 'must be like https://'],
  ['https://user:secretsecret@example.com/mcp', 'must not hold a credential'],
])('%s is misuse', async (given, text) => {
  const { code, stderr } = await cli(['stdio', '--remote', given])
  expect(code).toBe(2)
  expect(stderr).toContain(text)
  expect(stderr).not.toContain('secretsecret')
})

test('the variable for clients does not keep the server from starting', async () => {
  const env = { HOLDFAST_KEY: 'kota_free_x', HOLDFAST_KEY_FILE: '/nowhere' }
  expect((await cli('config --changed', { env })).code).toBe(0)
})
