import { afterAll, beforeAll, expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import net from 'node:net'
import { emptyFolder } from '../kit/folder'
import { startServer, type TestServer } from '../kit/server'

let server: TestServer
beforeAll(async () => {
  server = await startServer({ folder: emptyFolder() })
}, 30_000)
afterAll(() => server?.kill())

const head = (line: string) => `${line} HTTP/1.1\r\nHost: localhost\r\n`

/** What a client that means harm sends and then says nothing more. */
const beginnings = () => [
  '',
  `${head('GET /')}X-A: `,
  `${head('POST /mcp')}Authorization: Bearer ${server.key}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`,
]

const open = (first: string) =>
  new Promise<net.Socket>((resolve, reject) => {
    const socket = net.connect(Number(new URL(server.url).port), '127.0.0.1')
    socket.on('error', reject)
    socket.on('connect', () => socket.write(first, () => resolve(socket)))
  })

/** Open files and resident bytes of the server, as Linux tells them. */
function heldBy({ pid }: TestServer['process']) {
  const [, kilobytes] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!
  return { files: readdirSync(`/proc/${pid}/fd`).length, megabytes: Number(kilobytes) / 1024 }
}

test.skipIf(process.platform !== 'linux')(
  'hundreds of connections that send nothing, half a header or half a body: others are served, and nothing stays',
  async () => {
    const before = heldBy(server.process)
    const sockets = await Promise.all(Array.from({ length: 600 }, (_, at) => open(beginnings()[at % 3]!)))
    for (let time = 0; time < 5; time++) expect((await fetch(`${server.url}/readyz`)).status).toBe(200)
    expect(heldBy(server.process).megabytes - before.megabytes).toBeLessThan(100)
    for (const socket of sockets) socket.destroy()
    const give = Date.now() + 20_000
    while (heldBy(server.process).files > before.files + 10 && Date.now() < give) await Bun.sleep(20)
    expect(heldBy(server.process).files).toBeLessThanOrEqual(before.files + 10)
  },
  60_000,
)

test('at the end streams are closed with what their protocol has for it, not cut', async () => {
  const mcp = (headers: Record<string, string>, body?: object) =>
    fetch(`${server.url}/mcp`, {
      method: body ? 'POST' : 'GET',
      headers: {
        authorization: `Bearer ${server.key}`,
        accept: 'application/json, text/event-stream',
        'content-type': 'application/json',
        ...headers,
      },
      body: body && JSON.stringify({ jsonrpc: '2.0', id: 'one', ...body }),
    })
  const older = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'a', version: '1' } }
  const begun = await mcp({}, { method: 'initialize', params: older })
  const session = { 'mcp-session-id': begun.headers.get('mcp-session-id')! }
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': older.clientInfo,
    'io.modelcontextprotocol/clientCapabilities': {},
  }
  const streams = await Promise.all([
    mcp({ ...session, 'mcp-protocol-version': '2025-11-25' }),
    mcp(
      { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'subscriptions/listen' },
      { method: 'subscriptions/listen', params: { notifications: { toolsListChanged: true }, _meta } },
    ),
  ])
  expect(streams.map(({ status }) => status)).toEqual([200, 200])
  const texts = Promise.all(streams.map((stream) => stream.text()))
  expect(await server.stop()).toBe(0)
  const [, listening] = await texts
  const last = listening!.trim().split('\n').at(-1)!
  expect(JSON.parse(last.replace(/^data: /, ''))).toMatchObject({
    id: 'one',
    result: { resultType: 'complete' },
  })
}, 60_000)
