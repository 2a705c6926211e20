import { authorization, type ClientForm, plainProgram } from './form'

/** The form of every client that is known here, as of November 2026. */
export const clientForms = {
  'claude-desktop': {
    title: 'Claude Desktop',
    syntax: 'json',
    section: 'mcpServers',
    // Its file starts programs only; what it reaches by URL goes through the vendor's cloud and never to a loopback address.
    program: plainProgram,
  },
  'claude-code': {
    title: 'Claude Code',
    syntax: 'json',
    section: 'mcpServers',
    remote: ({ url, key }) => ({ type: 'http', url, headers: authorization(key) }),
    program: (server) => ({ type: 'stdio', ...plainProgram(server) }),
  },
  cursor: {
    title: 'Cursor',
    syntax: 'json',
    section: 'mcpServers',
    remote: ({ url, key }) => ({ url, headers: authorization(key) }),
    program: plainProgram,
  },
  windsurf: {
    title: 'Windsurf',
    syntax: 'json',
    section: 'mcpServers',
    remote: ({ url, key }) => ({ serverUrl: url, headers: authorization(key) }),
    program: plainProgram,
  },
  vscode: {
    title: 'VS Code',
    syntax: 'json',
    section: 'servers',
    remote: ({ url, key }) => ({ type: 'http', url, headers: authorization(key) }),
    program: (server) => ({ type: 'stdio', ...plainProgram(server) }),
  },
  codex: {
    title: 'Codex',
    syntax: 'toml',
    section: 'mcp_servers',
    // `bearer_token` is refused in this file, and a variable named by `bearer_token_env_var` would have to be set by hand.
    remote: ({ url, key }) => ({ url, http_headers: authorization(key) }),
    program: plainProgram,
  },
  zed: {
    title: 'Zed',
    syntax: 'json',
    section: 'context_servers',
    remote: ({ url, key }) => ({ url, headers: authorization(key) }),
    program: plainProgram,
  },
  'gemini-cli': {
    title: 'Gemini CLI',
    syntax: 'json',
    section: 'mcpServers',
    // `url` means the older SSE transport there.
    remote: ({ url, key }) => ({ httpUrl: url, headers: authorization(key) }),
    program: plainProgram,
  },
} as const satisfies Record<string, ClientForm>

export type ClientId = keyof typeof clientForms

export const clientIds = Object.keys(clientForms) as ClientId[]

/** A client's form, with its optional parts. */
export const formOf = (id: ClientId): ClientForm => clientForms[id]
