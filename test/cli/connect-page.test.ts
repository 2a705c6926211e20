import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { clientFiles } from '../../src/cli/connect/client-files'
import { blockOf } from '../../src/platform/mcp/clients/block'
import { clientIds, formOf } from '../../src/platform/mcp/clients/forms'
import { startApp, type TestApp } from '../kit/app'
import { cli } from './rig'

let app: TestApp
let outside: TestApp
beforeAll(async () => {
  app = await startApp({ env: { MCP_SERVER_NAME: 'A <b>"name"</b>' } })
  outside = await startApp({ env: { PUBLIC_URL: 'https://mcp.example.com/' } })
})
afterAll(() => Promise.all([app.close(), outside.close()]))

interface Setup {
  url: string
  clients: { id: string; title: string; block: string; command: string; link?: string }[]
}

const setup = async (from = app) =>
  (await (await from.send('/connect', { headers: { accept: 'application/json' } })).json()) as Setup

test('the URL is the one that was asked, or PUBLIC_URL', async () => {
  expect((await setup()).url).toBe('http://localhost/mcp')
  expect((await setup(outside)).url).toBe('https://mcp.example.com/mcp')
})

test('where there is an issuer, clients that can sign in are told that the URL is enough', async () => {
  const env = { PUBLIC_URL: 'https://mcp.example.com', OAUTH_ISSUER: 'https://auth.example.com/a&b' }
  const hosted = await startApp({ env })
  try {
    expect(await setup(hosted)).toMatchObject({ issuer: env.OAUTH_ISSUER })
    expect(await (await hosted.send('/connect')).text()).toContain(
      '<code>https://auth.example.com/a&#38;b</code>',
    )
    expect(await setup(outside)).not.toHaveProperty('issuer')
    expect(await (await outside.send('/connect')).text()).not.toContain('sign in')
  } finally {
    await hosted.close()
  }
})

test('every client has a block that its own file takes, with a place for the key', async () => {
  const { clients, url } = await setup(outside)
  expect(clients.map(({ id }) => id)).toEqual([...clientIds])
  for (const { id, block } of clients) {
    const entry = clientFiles.find((client) => client.id === id)!.read(block, 'holdfast')
    expect(JSON.stringify(entry)).toContain('YOUR_API_KEY')
    expect(JSON.stringify(entry)).toContain(url)
  }
})

test('the commands on the page parse', async () => {
  for (const { command } of (await setup(outside)).clients) {
    const env = { HOME: '/nonexistent', HOLDFAST_KEY: 'x' }
    const { code } = await cli([...command.split(' ').slice(1), '--print'], { env })
    expect({ command, code }).toEqual({ command, code: 0 })
  }
})

test('the links hold what the clients expect', async () => {
  const links = Object.fromEntries((await setup(outside)).clients.map(({ id, link }) => [id, link]))
  const cursor = new URL(links.cursor!)
  expect(links.cursor).toStartWith('cursor://anysphere.cursor-deeplink/mcp/install?name=holdfast&config=')
  expect(JSON.parse(atob(cursor.searchParams.get('config')!))).toEqual({
    url: 'https://mcp.example.com/mcp',
    headers: { Authorization: 'Bearer YOUR_API_KEY' },
  })
  expect(links.vscode).toStartWith('vscode:mcp/install?')
  expect(JSON.parse(decodeURIComponent(links.vscode!.split('?')[1]!))).toEqual({
    name: 'holdfast',
    type: 'http',
    url: 'https://mcp.example.com/mcp',
    headers: { Authorization: `Bearer \${input:holdfast-key}` },
    inputs: [{ type: 'promptString', id: 'holdfast-key', description: 'API key', password: true }],
  })
})

describe('the page', () => {
  const get = () => app.send('/connect', { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } })

  test('needs no key, runs no script and loads nothing', async () => {
    const response = await get()
    const html = await response.text()
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    const policy = response.headers.get('content-security-policy')!
    expect(policy).toStartWith("default-src 'none'; style-src 'sha256-")
    const style = /<style>([\s\S]*)<\/style>/.exec(html)![1]!
    const hash = new Bun.CryptoHasher('sha256').update(style).digest('base64')
    expect(policy).toContain(`'sha256-${hash}'`)
    expect(html).not.toMatch(/<script|<link|<img|src=|style=/)
  })

  test('shows every block as text', async () => {
    const html = await (await get()).text()
    expect(html).toContain('A &#60;b&#62;&#34;name&#34;&#60;/b&#62;')
    expect(html).not.toContain('<b>')
    for (const id of clientIds) expect(html).toContain(`<h2 id="${id}">`)
    const shown = html.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
    for (const { block } of (await setup()).clients) expect(shown).toContain(block.trimEnd())
  })
})

test('docs/connect.md has every client’s block as it is', () => {
  const text = readFileSync(join(import.meta.dir, '../../docs/connect.md'), 'utf8')
  for (const id of clientIds) {
    const form = formOf(id)
    const section = text.split(`\n## ${form.title}\n`)[1]?.split('\n## ')[0]
    const entry =
      form.remote?.({ url: 'https://mcp.example.com/mcp', key: 'YOUR_API_KEY' }) ??
      form.program({
        command: '/usr/local/bin/holdfast',
        args: ['stdio', '--remote', 'https://mcp.example.com/mcp'],
        env: { HOLDFAST_KEY: 'YOUR_API_KEY' },
      })
    const [, block] = /```(?:json|toml)\n([\s\S]*?)```/.exec(section ?? '') ?? []
    if (form.syntax === 'toml') expect(block).toBe(blockOf(form, 'holdfast', entry))
    else expect(JSON.parse(block ?? 'null')).toEqual({ [form.section]: { holdfast: entry } })
    expect(section).toContain(`holdfast connect ${id} `)
  }
})
