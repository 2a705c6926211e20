import { createHash } from 'node:crypto'
import { blockOf } from '../mcp/clients/block'
import { cursorLink, vscodeLink } from '../mcp/clients/deeplinks'
import type { Entry } from '../mcp/clients/form'
import { type ClientId, clientIds, formOf } from '../mcp/clients/forms'
import type { Exchange } from './exchange'
import type { Route } from './routes'

export interface ConnectParts {
  MCP_SERVER_NAME: string
  PUBLIC_URL?: string | undefined
  OAUTH_ISSUER?: string | undefined
}

/** `GET /connect`: how to set up each client with this server; a page for browsers, JSON for those that ask for it. */
export function connectRoutes(config: ConnectParts, detail: NonNullable<Route['detail']>): Route[] {
  return [{ method: 'GET', path: '/connect', detail, handle: (exchange) => answer(config, exchange) }]
}

function answer(config: ConnectParts, { request }: Exchange): Response {
  const base = (config.PUBLIC_URL ?? new URL(request.url).origin).replace(/\/+$/, '')
  const setup = setupFor(`${base}/mcp`, config.OAUTH_ISSUER)
  const headers = { 'Cache-Control': 'no-store', Vary: 'Accept' }
  const accept = request.headers.get('accept') ?? ''
  if (/\bjson\b/.test(accept) && !accept.includes('text/html')) return Response.json(setup, { headers })
  return new Response(page(config.MCP_SERVER_NAME, setup), {
    headers: { ...headers, 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': policy },
  })
}

/** Stands for the key wherever a person has to put it in. */
const placeholder = 'YOUR_API_KEY'
const name = 'holdfast'

interface Setup {
  url: string
  /** Where people sign in, so that the URL alone is enough for clients that can. */
  issuer?: string
  clients: { id: ClientId; title: string; command: string; block: string; link?: string }[]
}

function setupFor(url: string, issuer?: string): Setup {
  const links: Partial<Record<ClientId, string>> = {
    cursor: cursorLink(name, url, placeholder),
    vscode: vscodeLink(name, url),
  }
  const clients = clientIds.map((id) => ({
    id,
    title: formOf(id).title,
    command: `holdfast connect ${id} --url ${url}`,
    block: blockOf(formOf(id), name, entryOf(id, url)),
    ...(links[id] && { link: links[id] }),
  }))
  return { url, ...(issuer && { issuer }), clients }
}

function entryOf(id: ClientId, url: string): Entry {
  const form = formOf(id)
  if (form.remote) return form.remote({ url, key: placeholder })
  const args = ['stdio', '--remote', url]
  return form.program({ command: 'holdfast', args, env: { HOLDFAST_KEY: placeholder } })
}

const style = `body{font:16px/1.5 system-ui,sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}
pre{padding:.75rem;overflow:auto;border:1px solid #8886;border-radius:.4rem;user-select:all;-webkit-user-select:all}
h2{margin-top:2.5rem}nav a{margin-right:1rem}`

/** No script, nothing from elsewhere, and this one style. */
const policy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

const escaped = (text: string) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

const block = (text: string) => `<pre>${escaped(text.trimEnd())}</pre>`

const signIn = (issuer: string) =>
  `<p>A client that can sign in needs no key: give it the address alone, and it leads you to <code>${escaped(issuer)}</code>.</p>`

function page(title: string, { url, issuer, clients }: Setup): string {
  const sections = clients.map(
    (client) => `<h2 id="${client.id}">${escaped(client.title)}</h2>
${client.link ? `<p><a href="${escaped(client.link)}">Add to ${escaped(client.title)}</a></p>\n` : ''}${block(client.block)}
<p>Or, where the key is in <code>HOLDFAST_KEY</code>:</p>
${block(client.command)}`,
  )
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Connect to ${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<h1>Connect to ${escaped(title)}</h1>
<p>The MCP server is at <code>${escaped(url)}</code>. Put your API key where <code>${placeholder}</code> stands. A click selects a whole block.</p>
${issuer ? `${signIn(issuer)}\n` : ''}<nav>${clients.map(({ id, title: text }) => `<a href="#${id}">${escaped(text)}</a>`).join('\n')}</nav>
${sections.join('\n')}
</body>
</html>
`
}
