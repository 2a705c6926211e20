import { Client as NewClient, StreamableHTTPClientTransport as NewHttp } from '@modelcontextprotocol/client'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { TestApp } from '../kit/app'

export interface As {
  key?: string
  path?: string
  headers?: Record<string, string>
  capabilities?: Record<string, object>
}

const info = { name: 'test', version: '1' }
const url = (path = '/mcp') => new URL(`http://localhost${path}`)

const reach = (app: TestApp, { key = app.key, headers }: As) => ({
  fetch: (target: string | URL, init?: RequestInit) => app.fetch(new Request(String(target), init)),
  requestInit: { headers: { authorization: `Bearer ${key}`, ...headers } },
})

/** The older SDK's client on the whole server, inside of a session. */
export async function connect(app: TestApp, as: As = {}): Promise<Client> {
  const client = new Client(info, { capabilities: as.capabilities ?? {} })
  const transport = new StreamableHTTPClientTransport(url(as.path), reach(app, as) as never)
  await client.connect(transport as never)
  return client
}

/** The newer SDK's client on revision 2026-07-28. */
export async function connectNewest(app: TestApp, as: As = {}): Promise<NewClient> {
  const client = new NewClient(info, {
    capabilities: as.capabilities ?? {},
    versionNegotiation: { mode: { pin: '2026-07-28' } },
  })
  await client.connect(new NewHttp(url(as.path), reach(app, as) as never))
  return client
}

/** Waits until it is so. */
export async function until(so: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !so(); i++) await Bun.sleep(10)
  if (!so()) throw new Error('it never was so')
}
