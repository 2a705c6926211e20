import type { App } from '../app'
import { createLocalKey } from '../platform/identity/keys'

/** Makes the key of a new installation, or returns undefined where none is due: on Postgres, or when there has been any credential. */
export async function createFirstKey({ storage, config }: App): Promise<string | undefined> {
  if (storage.dialect !== 'sqlite') return undefined
  const issued = await createLocalKey(storage.system, { prefix: config.API_KEY_PREFIX })
  return issued?.key
}

/** What is shown once on stderr. */
export function firstKeyNotice(key: string, url: string, name: string): string {
  const server = { url: `${url}/mcp`, headers: { Authorization: `Bearer ${key}` } }
  const label = name.toLowerCase().replace(/[^a-z0-9]+/g, '-')
  return `
This is your first API key. It is shown once and cannot be read back:

  ${key}

For an MCP client:

${JSON.stringify({ mcpServers: { [label]: server } }, null, 2)}

`
}
