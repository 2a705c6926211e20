import { afterEach, describe, expect, test } from 'bun:test'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { ChangedMeanwhile, replaceFile } from '../../src/cli/connect/replace-file'
import { clientIds } from '../../src/platform/mcp/clients/forms'
import { cli, emptyFolder } from './rig'

const secret = 'kota_premium_0123456789abcdef'
const url = 'https://mcp.example.com'

let folders: string[] = []
afterEach(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  folders = []
})

/** A person with an empty home. */
function person(files: Record<string, string> = {}) {
  const home = emptyFolder()
  folders.push(home)
  const path = (file: string) => join(home, file)
  const put = (file: string, text: string) => {
    mkdirSync(dirname(path(file)), { recursive: true })
    writeFileSync(path(file), text, { mode: 0o644 })
  }
  for (const [file, text] of Object.entries(files)) put(file, text)
  const env = { HOME: home, HOLDFAST_KEY: secret }
  return {
    home,
    path,
    text: (file: string) => readFileSync(path(file), 'utf8'),
    json: (file: string) => JSON.parse(readFileSync(path(file), 'utf8')),
    /** Everything in the home, by path. */
    all: () =>
      Object.fromEntries(
        readdirSync(home, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name).slice(home.length + 1))
          .sort()
          .map((file) => [file, readFileSync(path(file), 'utf8')]),
      ),
    run: (args: string, more: Record<string, string> = {}, input?: string) =>
      cli(`connect ${args}`, { env: { ...env, ...more }, ...(input !== undefined && { input }) }),
  }
}

const mode = (path: string) => (statSync(path).mode & 0o777).toString(8)

describe.each(clientIds)('%s', (id) => {
  test('is set up, and again without change, and taken out; the key is in the file alone', async () => {
    const ada = person()
    const first = await ada.run(`${id} --url ${url}`)
    expect(first.code).toBe(0)
    const files = ada.all()
    expect(Object.keys(files)).toHaveLength(1)
    const [file, text] = Object.entries(files)[0]!
    expect(text).toContain(secret)
    expect(text).toContain('https://mcp.example.com/mcp')
    expect(mode(ada.path(file))).toBe('600')
    const again = await ada.run(`${id} --url ${url} --json`)
    expect(JSON.parse(again.stdout)).toMatchObject({
      ok: true,
      clients: [{ action: 'unchanged', backup: null }],
    })
    expect(ada.all()).toEqual(files)
    const removed = await ada.run(`${id} --remove`, { HOLDFAST_KEY: '' })
    expect(removed.code).toBe(0)
    expect(ada.text(file)).not.toContain('holdfast')
    for (const { stdout, stderr } of [first, again, removed]) expect(stdout + stderr).not.toContain(secret)
  })

  test('a file that is no configuration is left untouched, with exit 1 and one line', async () => {
    const ada = person()
    await ada.run(`${id} --url ${url}`)
    const file = Object.keys(ada.all())[0]!
    const broken = `{ "password": "hunter2hunter2", `
    writeFileSync(ada.path(file), broken)
    for (const args of [`--url ${url}`, '--remove', `--print --url ${url}`]) {
      const { code, stdout, stderr } = await ada.run(`${id} ${args}`)
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
      expect(stderr).toMatch(
        /^holdfast: [^\n]+ is not valid (JSON at line 1, column \d+[^\n]*|TOML); it is left as it is\n$/,
      )
      expect(stderr).not.toContain('hunter2')
    }
    expect(ada.all()).toEqual({ [file]: broken })
  })

  test('--print writes nothing and masks the key unless told to show it', async () => {
    const ada = person()
    const shown = await ada.run(`${id} --print --url ${url}`)
    expect(shown.stdout).toContain('https://mcp.example.com/mcp')
    expect(shown.stdout).toContain('********')
    expect(shown.stdout).not.toContain(secret)
    expect((await ada.run(`${id} --print --show-key --url ${url}`)).stdout).toContain(secret)
    const without = await ada.run(`${id} --print --url ${url}`, { HOLDFAST_KEY: '' })
    expect(without).toMatchObject({ code: 0, stdout: expect.stringContaining('PUT_YOUR_API_KEY_HERE') })
    expect(ada.all()).toEqual({})
  })

  test('--stdio has the client start this program on the data folder', async () => {
    const ada = person()
    await ada.run(`${id} --stdio --data-dir /srv/holdfast`, { HOLDFAST_KEY: '' })
    const [text] = Object.values(ada.all())
    expect(text).toContain('DATA_DIR')
    expect(text).toContain('/srv/holdfast')
    expect(text).toContain(JSON.stringify(process.execPath))
    expect(text).not.toContain('--remote')
  })
})

test('other servers and members stay; what stood there is copied, both for the owner alone', async () => {
  const before =
    '{"mcpServers":{"other":{"command":"x","env":{"TOKEN":"t"}}},"numStartups":12345678901234567890}'
  const ada = person({ '.claude.json': before })
  const { stdout } = await ada.run(`claude-code --url ${url}/mcp/journal`)
  expect(ada.json('.claude.json').mcpServers).toMatchObject({
    other: { command: 'x', env: { TOKEN: 't' } },
    holdfast: { type: 'http', url: `${url}/mcp/journal`, headers: { Authorization: `Bearer ${secret}` } },
  })
  expect(ada.text('.claude.json')).toContain('12345678901234567890')
  const [backup] = Object.keys(ada.all()).filter((file) => file.endsWith('.bak'))
  expect(ada.text(backup!)).toBe(before)
  expect(stdout).toContain(backup!)
  expect([mode(ada.path('.claude.json')), mode(ada.path(backup!))]).toEqual(['600', '600'])
})

test('two changes within a second keep two copies', async () => {
  const ada = person({ '.cursor/mcp.json': '{}' })
  for (const name of ['a', 'b', 'c']) await ada.run(`cursor --url ${url} --name ${name}`)
  expect(Object.keys(ada.json('.cursor/mcp.json').mcpServers)).toEqual(['a', 'b', 'c'])
  expect(Object.keys(ada.all()).filter((file) => file.endsWith('.bak'))).toHaveLength(3)
})

test('Claude Desktop, which takes programs alone, gets the bridge', async () => {
  const ada = person()
  await ada.run(`claude-desktop --url ${url}`)
  const { holdfast } = Object.values(ada.all()).map((text) => JSON.parse(text))[0].mcpServers
  expect(holdfast.command).toBe(process.execPath)
  expect(holdfast.args.slice(-3)).toEqual(['stdio', '--remote', 'https://mcp.example.com/mcp'])
  expect(holdfast.env).toEqual({ HOLDFAST_KEY: secret })
})

test('--all sets up what is there, and one that is broken stops no other', async () => {
  const ada = person({ '.cursor/mcp.json': 'broken', '.codex/config.toml': 'model = "x"\n', '.gemini/a': '' })
  const { code, stdout, stderr } = await ada.run(`--all --url ${url} --json`)
  const { ok, clients } = JSON.parse(stdout)
  expect({ code, ok }).toEqual({ code: 1, ok: false })
  expect(clients.map(({ client, action }: { client: string; action?: string }) => [client, action])).toEqual([
    ['cursor', undefined],
    ['codex', 'added'],
    ['gemini-cli', 'added'],
  ])
  expect(stderr).toMatch(/^holdfast: Cursor: /)
  const removed = JSON.parse((await ada.run('--all --remove --json')).stdout)
  expect(removed.clients.map(({ action }: { action?: string }) => action)).toEqual([
    undefined,
    'removed',
    'removed',
  ])
  expect(ada.text('.codex/config.toml')).toBe('model = "x"\n')
  expect((await person().run(`--all --url ${url}`)).code).toBe(1)
})

test('a link stays a link', async () => {
  const ada = person({ 'dotfiles/zed.json': '// mine\n{}\n' })
  mkdirSync(ada.path('.config/zed'), { recursive: true })
  symlinkSync(ada.path('dotfiles/zed.json'), ada.path('.config/zed/settings.json'))
  expect((await ada.run(`zed --url ${url}`)).code).toBe(0)
  expect(lstatSync(ada.path('.config/zed/settings.json')).isSymbolicLink()).toBeTrue()
  expect(ada.text('dotfiles/zed.json')).toContain('context_servers')
  expect(ada.text('dotfiles/zed.json')).toStartWith('// mine\n')
})

test('a file that another program changes in between is not overwritten', () => {
  const ada = person({ 'a.json': '{"new":1}' })
  expect(() => replaceFile(ada.path('a.json'), '{"old":1}', '{}')).toThrow(ChangedMeanwhile)
  expect(ada.all()).toEqual({ 'a.json': '{"new":1}' })
})

test('a path that is a folder is one clear line', async () => {
  const ada = person()
  mkdirSync(ada.path('.cursor/mcp.json'), { recursive: true })
  const { code, stderr } = await ada.run(`cursor --url ${url}`)
  expect(code).toBe(1)
  expect(stderr).toMatch(/^holdfast: Cursor: .*mcp\.json cannot be changed: it is a folder\n$/)
})

test('the URL comes from the flag, HOLDFAST_URL, or the settings', async () => {
  const ada = person()
  const urlOf = async (args: string, env: Record<string, string>) => {
    await ada.run(`cursor ${args}`, env)
    return ada.json('.cursor/mcp.json').mcpServers.holdfast.url
  }
  expect(await urlOf('', {})).toBe('http://127.0.0.1:8890/mcp')
  expect(await urlOf('--port 9000 --host 0.0.0.0', {})).toBe('http://127.0.0.1:9000/mcp')
  expect(await urlOf('', { PUBLIC_URL: 'https://public.example' })).toBe('https://public.example/mcp')
  expect(await urlOf('', { HOLDFAST_URL: 'https://other.example/' })).toBe('https://other.example/mcp')
  expect(await urlOf(`--url ${url}/x`, { HOLDFAST_URL: 'https://other.example' })).toBe(`${url}/x`)
})

test('the key can come by stdin, and travels in the open only with a warning', async () => {
  const ada = person()
  const { code, stderr } = await ada.run(
    'cursor --key - --url http://mcp.example.com',
    { HOLDFAST_KEY: '' },
    `${secret}\n`,
  )
  expect(code).toBe(0)
  expect(stderr).toContain('warning: http://mcp.example.com is not encrypted')
  expect(ada.text('.cursor/mcp.json')).toContain(secret)
})

test.each([
  ['', 'connect needs a client: claude-desktop'],
  ['cursr', 'did you mean cursor?'],
  ['cursor --all', 'not both'],
  ['cursor --name a.b', '--name takes letters'],
  ['cursor --url nonsense', 'must be like https://'],
  ['cursor --url https://a:b@example.com', 'must not hold a credential'],
  ['cursor --stdio --url https://example.com', 'takes no --url'],
  [`cursor --url ${url} --key=`, 'needs a key'],
])('connect %s is misuse', async (args, text) => {
  const ada = person()
  const { code, stderr } = await ada.run(args)
  expect(code).toBe(2)
  expect(stderr).toContain(text)
  expect(existsSync(ada.path('.cursor'))).toBeFalse()
})

test('without a key nothing is written', async () => {
  const ada = person()
  const { code, stderr } = await ada.run(`cursor --url ${url}`, { HOLDFAST_KEY: '' })
  expect(code).toBe(2)
  expect(stderr).toContain('set HOLDFAST_KEY')
  expect(ada.all()).toEqual({})
})

test('a database password is not put into a client’s file', async () => {
  const ada = person()
  const { code, stderr } = await ada.run('cursor --stdio', { DATABASE_URL: 'postgres://u:pw@h/d' })
  expect(code).toBe(1)
  expect(stderr).toContain('--url')
  expect(ada.all()).toEqual({})
})
