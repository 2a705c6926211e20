import { describe, expect, test } from 'bun:test'
import type { ClientFile } from '../../src/cli/connect/client-file'
import { clientFiles } from '../../src/cli/connect/client-files'
import type { Machine } from '../../src/cli/connect/machine'
import { type Statement, statementsOf } from '../../src/cli/connect/toml-statements'
import type { Entry } from '../../src/platform/mcp/clients/form'
import { type ClientId, clientIds, formOf } from '../../src/platform/mcp/clients/forms'

const file = (id: ClientId): ClientFile => clientFiles.find((client) => client.id === id)!
const remote = (id: ClientId, key = 'k1'): Entry => {
  const form = formOf(id)
  return (
    form.remote?.({ url: 'https://a.example/mcp', key }) ??
    form.program({ command: '/holdfast', args: ['stdio'], env: { HOLDFAST_KEY: key } })
  )
}

const mac: Machine = { os: 'darwin', env: { HOME: '/Users/ada' } }
const linux: Machine = { os: 'linux', env: { HOME: '/home/ada' } }
const windows: Machine = {
  os: 'win32',
  env: {
    USERPROFILE: 'C:\\Users\\ada',
    APPDATA: 'C:\\Users\\ada\\AppData\\Roaming',
    LOCALAPPDATA: 'C:\\Users\\ada\\AppData\\Local',
  },
}

const roaming = 'C:\\Users\\ada\\AppData\\Roaming'
const usual: Record<ClientId, [mac: string, linux: string, windows: string]> = {
  'claude-desktop': [
    '/Users/ada/Library/Application Support/Claude/claude_desktop_config.json',
    '/home/ada/.config/Claude/claude_desktop_config.json',
    `${roaming}\\Claude\\claude_desktop_config.json`,
  ],
  'claude-code': ['/Users/ada/.claude.json', '/home/ada/.claude.json', 'C:\\Users\\ada\\.claude.json'],
  cursor: ['/Users/ada/.cursor/mcp.json', '/home/ada/.cursor/mcp.json', 'C:\\Users\\ada\\.cursor\\mcp.json'],
  windsurf: [
    '/Users/ada/.codeium/windsurf/mcp_config.json',
    '/home/ada/.codeium/windsurf/mcp_config.json',
    'C:\\Users\\ada\\.codeium\\windsurf\\mcp_config.json',
  ],
  vscode: [
    '/Users/ada/Library/Application Support/Code/User/mcp.json',
    '/home/ada/.config/Code/User/mcp.json',
    `${roaming}\\Code\\User\\mcp.json`,
  ],
  codex: [
    '/Users/ada/.codex/config.toml',
    '/home/ada/.codex/config.toml',
    'C:\\Users\\ada\\.codex\\config.toml',
  ],
  zed: [
    '/Users/ada/.config/zed/settings.json',
    '/home/ada/.config/zed/settings.json',
    `${roaming}\\Zed\\settings.json`,
  ],
  'gemini-cli': [
    '/Users/ada/.gemini/settings.json',
    '/home/ada/.gemini/settings.json',
    'C:\\Users\\ada\\.gemini\\settings.json',
  ],
}

describe.each(clientIds)('%s', (id) => {
  const { places, read, merge, remove } = file(id)

  test('has its file where each operating system keeps it', () => {
    const files = [mac, linux, windows].map((machine) => places(machine).at(-1)!.file)
    expect(files).toEqual(usual[id])
  })

  test('adds to nothing, is idempotent, updates, removes', () => {
    const once = merge('', 'holdfast', remote(id))
    expect(read(once, 'holdfast')).toEqual(remote(id))
    expect(merge(once, 'holdfast', remote(id))).toBe(once)
    const updated = merge(once, 'holdfast', remote(id, 'k2'))
    expect(read(updated, 'holdfast')).toEqual(remote(id, 'k2'))
    expect(updated).not.toContain('k1')
    const gone = remove(updated, 'holdfast')
    expect(read(gone, 'holdfast')).toBeUndefined()
    expect(remove(gone, 'holdfast')).toBe(gone)
    expect(gone).not.toContain('holdfast')
  })

  test('goes from a server to a program and back without a trace', () => {
    const program = formOf(id).program({ command: '/h', args: ['stdio'], env: { DATA_DIR: '/d' } })
    const once = merge('', 'holdfast', remote(id))
    const local = merge(once, 'holdfast', program)
    expect(read(local, 'holdfast')).toEqual(program)
    expect(local).not.toContain('k1')
    expect(read(merge(local, 'holdfast', remote(id)), 'holdfast')).toEqual(remote(id))
  })

  test('a second name stands beside the first', () => {
    const both = merge(merge('', 'holdfast', remote(id)), 'work-2', remote(id, 'k2'))
    expect(read(both, 'holdfast')).toEqual(remote(id))
    expect(read(remove(both, 'holdfast'), 'work-2')).toEqual(remote(id, 'k2'))
  })
})

test('variables move the files of clients that know them', () => {
  const at = (id: ClientId, env: Record<string, string>, machine = linux) =>
    file(id)
      .places({ ...machine, env: { ...machine.env, ...env } })
      .at(-1)!.file
  expect(at('codex', { CODEX_HOME: '/c' })).toBe('/c/config.toml')
  expect(at('claude-code', { CLAUDE_CONFIG_DIR: '/c' })).toBe('/c/.claude.json')
  expect(at('gemini-cli', { GEMINI_CLI_HOME: '/c' })).toBe('/c/.gemini/settings.json')
  for (const id of ['claude-desktop', 'vscode', 'zed'] as const)
    expect(at(id, { XDG_CONFIG_HOME: '/x' })).toStartWith('/x/')
  expect(at('zed', { XDG_CONFIG_HOME: '/x' }, mac)).toBe('/Users/ada/.config/zed/settings.json')
})

test('Claude Desktop’s packaged form on Windows comes first', () => {
  expect(file('claude-desktop').places(windows)[0]).toEqual({
    sign: 'C:\\Users\\ada\\AppData\\Local\\Packages\\Claude_pzs8sxrjxfjjc',
    file: 'C:\\Users\\ada\\AppData\\Local\\Packages\\Claude_pzs8sxrjxfjjc\\LocalCache\\Roaming\\Claude\\claude_desktop_config.json',
  })
})

const settings = `// my settings
{
\t"theme": "One", // dark
\t/* servers */
\t"context_servers": {
\t\t// the other one
\t\t"other": { "command": "x", "args": ["a", "b"] }, // keep me
\t},
\t"vim_mode": true,
}
`

test('comments, tabs, order and trailing commas stay', () => {
  const { merge, remove } = file('zed')
  const added = merge(settings, 'holdfast', remote('zed'))
  for (const line of settings.split('\n').filter((text) => text !== '}')) expect(added).toContain(line)
  expect(added).toContain('\n\t\t"holdfast": {\n\t\t\t"url"')
  expect(remove(added, 'holdfast')).toBe(settings)
})

test('a byte order mark and Windows’ line breaks stay', () => {
  const text = '\uFEFF{\r\n  "mcpServers": {\r\n    "a": {}\r\n  }\r\n}\r\n'
  const added = file('claude-desktop').merge(text, 'holdfast', remote('claude-desktop'))
  expect(added).toStartWith('\uFEFF{\r\n')
  expect(added.replaceAll('\r\n', '')).not.toContain('\n')
  expect(file('claude-desktop').read(added, 'a')).toEqual({})
})

test('what the person put into our entry stays, its comments too', () => {
  const text = `{
  "mcpServers": {
    "holdfast": {
      // mine
      "url": "http://old.example/mcp",
      "headers": { "Authorization": "Bearer old", "X-MCP-Readonly": "true" },
      "disabled": true
    }
  }
}`
  const merged = file('cursor').merge(text, 'holdfast', remote('cursor'))
  expect(file('cursor').read(merged, 'holdfast')).toEqual({
    url: 'https://a.example/mcp',
    headers: { 'X-MCP-Readonly': 'true', Authorization: 'Bearer k1' },
    disabled: true,
  })
  expect(merged).toContain('// mine')
  expect(merged).not.toMatch(/old\.example|Bearer old|OLD/)
})

test.each([
  '{}',
  '{ "a": 1 }',
  '{"mcpServers":{"a":{}}}',
  '{ "mcpServers": {} }',
  '{\n  "mcpServers": {\n    // none yet\n  }\n}\n',
  '{\n  "mcpServers": {\n    "a": {} /* , */ // b\n    // c\n  },\n  "z": 0\n}\n',
  '{\n    "mcpServers": {\n        "a": { "x": "}" }\n    }}',
  '// top\n{ // open\n} // end',
  '{\n  "mcpServers": {},\n  "a": 1 // one\n}\n',
])('%j keeps every sign of its own', (text) => {
  const { merge, remove, read } = file('cursor')
  const added = merge(text, 'holdfast', remote('cursor'))
  expect(read(added, 'holdfast')).toEqual(remote('cursor'))
  // What was there is there in the same order, with nothing but the new between it.
  let at = -1
  for (const sign of text.replace(/\s/g, '')) {
    at = added.indexOf(sign, at + 1)
    expect(at, sign).toBeGreaterThanOrEqual(0)
  }
  const gone = remove(added, 'holdfast')
  const empty = /"mcpServers"/.test(text) ? '' : ',?"mcpServers":{}'
  expect(gone.replace(/\s/g, '').replace(new RegExp(empty), '')).toBe(text.replace(/\s/g, ''))
  const later = merge(merge(text, 'x', remote('cursor')), 'holdfast', remote('cursor'))
  expect(read(remove(later, 'x'), 'holdfast')).toEqual(remote('cursor'))
})

const wrongJson: [ClientId, string, string][] = [
  ['claude-desktop', '{ "mcpServers": {}, }', 'not valid JSON at line 1, column 21'],
  ['claude-desktop', '{\n // x\n}', 'not valid JSON at line 2, column 2 (invalid comment token)'],
  ['cursor', '{ "mcpServers": ', 'not valid JSON at line 1'],
  ['cursor', '[]', 'does not hold a JSON object'],
  ['cursor', '"text"', 'does not hold a JSON object'],
  ['cursor', '{ "mcpServers": [] }', 'has a member mcpServers that is no object'],
  ['vscode', '{ "servers": null }', 'has a member servers that is no object'],
  ['cursor', '{ "mcpServers": {}, "mcpServers": { "a": {} } }', 'stands twice'],
  ['gemini-cli', '{ "a": 1, }', 'not valid JSON'],
  ['codex', 'a = ', 'is not valid TOML'],
  ['codex', 'mcp_servers = { a = { command = "x" } }', 'write its mcp_servers as tables'],
]

test.each(wrongJson)('%s: %s is refused', (id, text, message) => {
  expect(() => file(id).merge(text, 'holdfast', remote(id))).toThrow(message)
})

const toml = `# my settings
model = "o9" # best
notify = [
  "a", # [mcp_servers.holdfast]
  ["b"],
]
text = """
[mcp_servers.holdfast]
url = "no"
"""

[mcp_servers.other] # the other one
command = "x"
env = { A = "1" }
started = 2026-01-02T03:04:05Z

[mcp_servers.other.tools.search]
approval_mode = "prompt"

[profiles.work]
model = 'o9'
`

describe('TOML', () => {
  const { read, merge, remove } = file('codex')

  test('a table is added at the end and taken out without a trace', () => {
    const added = merge(toml, 'holdfast', remote('codex'))
    expect(added).toStartWith(toml)
    expect(remove(added, 'holdfast')).toBe(toml)
  })

  test('members of a person’s own stay in place, ours are replaced', () => {
    const text = `${toml}
# holdfast of the team
[mcp_servers.holdfast] # here
# slow
startup_timeout_sec = 20
url = "http://old.example/mcp"
bearer_token_env_var = "OLD"

[mcp_servers.holdfast.http_headers]
Authorization = "Bearer old"
X-MCP-Readonly = "true"

[mcp_servers.holdfast.tools.x]
approval_mode = "approve"

[tui]
theme = "dark"
`
    const merged = merge(text, 'holdfast', remote('codex'))
    expect(read(merged, 'holdfast')).toEqual({
      url: 'https://a.example/mcp',
      http_headers: { 'X-MCP-Readonly': 'true', Authorization: 'Bearer k1' },
      startup_timeout_sec: 20,
      tools: { x: { approval_mode: 'approve' } },
    })
    for (const kept of ['# holdfast of the team', '# here', '# slow', '[tui]']) expect(merged).toContain(kept)
    expect(merged).not.toMatch(/old\.example|Bearer old|OLD/)
    expect(merge(merged, 'holdfast', remote('codex'))).toBe(merged)
    expect(Bun.TOML.parse(remove(merged, 'holdfast'))).toEqual({
      ...Bun.TOML.parse(toml),
      tui: { theme: 'dark' },
    })
  })

  test.each([
    [
      'inline',
      '[mcp_servers]\nholdfast = { url = "http://old.example", enabled = false }\nother = { command = "x" }\n',
    ],
    [
      'dotted',
      'mcp_servers.holdfast.url = "http://old.example"\nmcp_servers.holdfast.enabled = false\n[a]\nb = 1\n',
    ],
    ['quoted', '[ "mcp_servers" . \'holdfast\' ]\nenabled = false\n"url" = "http://old.example"\n'],
    [
      'parts alone',
      '[mcp_servers.holdfast.env]\nA = "http://old.example"\n[mcp_servers.holdfast.x]\ny = 1\n',
    ],
    ['without a last line break', '[mcp_servers.holdfast]\nenabled = false\nurl = "http://old.example"'],
  ])('an entry that is written %s is found', (_, text) => {
    const merged = merge(text, 'holdfast', remote('codex'))
    expect(read(merged, 'holdfast')).toMatchObject(remote('codex'))
    expect(merged).not.toContain('old.example')
    const gone = remove(text, 'holdfast')
    expect(read(gone, 'holdfast')).toBeUndefined()
  })

  test('statements end where their values end', () => {
    const shown = statementsOf(toml).map(({ path }: Statement) => path.join('.'))
    expect(shown).toEqual([
      'model',
      'notify',
      'text',
      'mcp_servers.other',
      'mcp_servers.other.command',
      'mcp_servers.other.env',
      'mcp_servers.other.started',
      'mcp_servers.other.tools.search',
      'mcp_servers.other.tools.search.approval_mode',
      'profiles.work',
      'profiles.work.model',
    ])
  })

  test('texts with quotes, backslashes and line breaks come back as they were', () => {
    const entry = {
      command: 'C:\\Program Files\\h.exe',
      args: ['a "b"', "c'd\n\u007f"],
      env: { 'A B': 'x', É: 'y' },
    }
    expect(read(merge(toml, 'holdfast', entry), 'holdfast')).toEqual(entry)
  })
})
