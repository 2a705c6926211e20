import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { clientIds } from '../../src/platform/mcp/clients/forms'
import { startServer, type TestServer } from '../kit/server'
import { cli, emptyFolder } from './rig'
import { startSessionServer } from './session-server'

let server: TestServer
const folder = emptyFolder()
beforeAll(async () => {
  server = await startServer({ folder })
})
afterAll(async () => {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})

interface Report {
  ok: boolean
  clients: {
    client: string
    ok: boolean
    target?: string
    error?: string
    next?: string
    eras?: { era: string; ok: boolean; protocol?: string; server?: string; tools?: number; error?: string }[]
  }[]
}

/** A person whose clients are set up by `args`. */
async function person(...args: string[]) {
  const HOME = emptyFolder()
  const env = { HOME, PATH: process.env.PATH!, HOLDFAST_KEY: server.key }
  for (const one of args) expect((await cli(`connect ${one}`, { env })).code).toBe(0)
  return {
    HOME,
    put(file: string, value: unknown) {
      mkdirSync(join(HOME, file, '..'), { recursive: true })
      writeFileSync(join(HOME, file), typeof value === 'string' ? value : JSON.stringify(value))
    },
    async doctor(more = '', variables: Record<string, string> = {}) {
      const ran = await cli(`doctor mcp ${more} --json`, { env: { ...env, HOLDFAST_KEY: '', ...variables } })
      expect(ran.stdout + ran.stderr).not.toContain(server.key)
      return { ...ran, report: (ran.stdout ? JSON.parse(ran.stdout) : undefined) as Report }
    },
  }
}

const cursorFile = (entry: unknown) => ({ mcpServers: { holdfast: entry } })

describe.each(clientIds)('%s', (id) => {
  test('as it was set up, it works in both eras', async () => {
    const ada = await person(`${id} --url ${server.url}`)
    const { code, report } = await ada.doctor(id)
    expect(code).toBe(0)
    expect(report).toMatchObject({
      ok: true,
      clients: [
        {
          client: id,
          eras: [
            { ok: true, protocol: '2025-11-25', server: expect.stringMatching(/^Holdfast \d/) },
            { ok: true, protocol: '2026-07-28', server: expect.stringMatching(/^Holdfast \d/) },
          ],
        },
      ],
    })
    for (const { tools } of report.clients[0]!.eras!) expect(tools).toBeGreaterThan(5)
  })
})

test('a program on local data works, too, and is said for people', async () => {
  const data = emptyFolder()
  const ada = await person(`cursor --stdio --data-dir ${data}`)
  const { code, stdout } = await cli('doctor mcp', { env: { HOME: ada.HOME, PATH: process.env.PATH! } })
  expect(code).toBe(0)
  expect(stdout).toMatch(/^pass {2}Cursor +\S+mcp\.json → /)
  expect(stdout).toMatch(/pass {2}2025-11-25 +Holdfast \S+, \d+ tools, \d+ ms/)
  expect(stdout).toMatch(/pass {2}2026-07-28 +Holdfast/)
})

test('without a name: every client with an entry, one that fails among them', async () => {
  const ada = await person(`cursor --url ${server.url}`, `zed --url http://127.0.0.1:9`)
  const { code, report } = await ada.doctor()
  expect(code).toBe(1)
  expect(report.clients.map(({ client, ok }) => [client, ok])).toEqual([
    ['cursor', true],
    ['zed', false],
  ])
  expect(report.clients[1]!.next).toContain('start the server')
})

test('no entry anywhere says what to run', async () => {
  const ada = await person()
  const all = await ada.doctor()
  expect({ code: all.code, stderr: all.stderr }).toEqual({
    code: 1,
    stderr: 'holdfast: no client has an entry holdfast: holdfast connect CLIENT writes one\n',
  })
  const one = await ada.doctor('cursor')
  expect(one.report.clients[0]).toMatchObject({ ok: false, next: 'holdfast connect cursor writes one' })
  expect((await ada.doctor('cursr')).code).toBe(2)
})

const broken: [string, unknown, string, string][] = [
  [
    'a wrong key',
    { url: 'URL', headers: { Authorization: 'Bearer no' } },
    'refuses the key in the entry (401)',
    'give the entry a key',
  ],
  ['no key', { url: 'URL' }, 'the entry has none (401)', 'give the entry a key'],
  ['another page', { url: 'URL/nonesuch', headers: { 'X-API-Key': 'KEY' } }, '404', 'correct the URL'],
  ['no server', { url: 'http://127.0.0.1:9/mcp' }, 'connection was refused', 'start the server'],
  [
    'no server behind the bridge',
    { command: 'holdfast', args: ['stdio', '--remote', 'http://127.0.0.1:9/mcp'] },
    'connection was refused',
    'start the server',
  ],
  ['no such program', { command: '/nonesuch/holdfast' }, 'there is no such program', 'whole path'],
  [
    'a program that ends',
    { command: 'sh', args: ['-c', 'echo because >&2; exit 3'] },
    'exit code 3: because',
    'in a terminal',
  ],
  [
    'a program that chats',
    { command: 'sh', args: ['-c', 'echo hello; cat'] },
    'something else than JSON',
    'in a terminal',
  ],
  [
    'an unset variable',
    { url: 'URL', headers: { Authorization: `Bearer \${env:NONESUCH_KEY}` } },
    'NONESUCH_KEY',
    'set it',
  ],
  [
    'an input',
    { url: 'URL', headers: { Authorization: `Bearer \${input:key}` } },
    'asks for a value',
    'set it',
  ],
  ['nothing', { disabled: true }, 'neither a command nor a URL', 'write the value'],
]

test.each(broken)('%s: says what it saw and what to do', async (_, entry, error, next) => {
  const ada = await person()
  const text = JSON.stringify(cursorFile(entry))
    .replace('URL', `${server.url}/mcp`)
    .replace('KEY"', `${server.key}"`)
  ada.put('.cursor/mcp.json', text.replace('/mcp/nonesuch', '/nonesuch'))
  const { code, report } = await ada.doctor('cursor')
  expect(code).toBe(1)
  const [client] = report.clients
  expect(client!.error ?? client!.eras![0]!.error).toContain(error)
  expect(client!.next).toContain(next)
})

test('a server that never answers is given up', async () => {
  const ada = await person()
  ada.put('.cursor/mcp.json', cursorFile({ command: 'sleep', args: ['100'] }))
  const { code, report } = await ada.doctor('cursor --timeout 1s')
  expect(code).toBe(1)
  expect(report.clients[0]!.eras![0]!.error).toContain('did not answer initialize within 1 s')
})

test('a file that cannot be read is told, with its line', async () => {
  const ada = await person()
  ada.put('.claude.json', '{')
  const { code, report } = await ada.doctor('claude-code')
  expect(code).toBe(1)
  expect(report.clients[0]!.error).toContain('not valid JSON at line 1')
})

test('without a name, a broken file counts where it names the server', async () => {
  const ada = await person(`claude-code --url ${server.url}`)
  ada.put('.cursor/mcp.json', '{"mcpServers": {"holdfast": }')
  ada.put('.gemini/settings.json', '{')
  const { code, report } = await ada.doctor()
  expect([code, report.clients.map(({ client, ok }) => [client, ok]).sort()]).toEqual([
    1,
    [
      ['claude-code', true],
      ['cursor', false],
    ],
  ])
})

test('variables of the entry are filled in as the client does', async () => {
  const ada = await person()
  ada.put(
    '.cursor/mcp.json',
    cursorFile({ url: `${server.url}/mcp`, headers: { Authorization: `Bearer \${env:MY_KEY}` } }),
  )
  expect((await ada.doctor('cursor', { MY_KEY: server.key })).code).toBe(0)
  ada.put(
    '.codex/config.toml',
    `[mcp_servers.holdfast]\nurl = "${server.url}/mcp"\nbearer_token_env_var = "MY_KEY"\n`,
  )
  expect((await ada.doctor('codex', { MY_KEY: server.key })).code).toBe(0)
})

test('a server of the older revisions alone is good enough, with a word about the newer one', async () => {
  const older = startSessionServer()
  const ada = await person()
  ada.put(
    '.cursor/mcp.json',
    cursorFile({ url: older.url, headers: { Authorization: 'Bearer session-key' } }),
  )
  const { code, report } = await ada.doctor('cursor')
  await older.stop()
  expect(code).toBe(0)
  expect(report.clients[0]!.eras!.map(({ ok }) => ok)).toEqual([true, false])
  expect(report.clients[0]!.next).toContain('insist on this revision')
})
