import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { runBridge } from '../platform/mcp/bridge/bridge'
import { keyVariable } from '../platform/mcp/bridge/refusals'
import { UsageError } from './command'
import { exit } from './exit'
import type { Terminal } from './terminal'

/** `stdio --remote URL`: leads stdin and stdout to a server. Reads no settings and opens no data. */
export async function bridgeTo(given: string, terminal: Terminal): Promise<number> {
  const url = remoteUrl(given, 'stdio')
  const key = keyOf(terminal)
  terminal.warn(
    `Bridging to ${url.split('?')[0]}${key ? '' : `, without a key (${keyVariable} is not set)`}\n`,
  )
  const input = endsOnSignal(Bun.stdin.stream())
  const write = (line: string) => process.stdout.write(line)
  const note = (text: string) => terminal.warn(`${text}\n`)
  await runBridge({ url, ...(key !== undefined && { key }), input, write, note })
  return exit.done
}

/** The URL of an MCP server as it was given; `/mcp` where it has no path. Throws UsageError. */
export function remoteUrl(given: string, command: string): string {
  const url = URL.canParse(given) ? new URL(given) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || !url.hostname) {
    throw new UsageError(
      'the URL of the server must be like https://mcp.example.com or https://mcp.example.com/mcp',
      command,
    )
  }
  if (url.username || url.password) {
    throw new UsageError(`the URL must not hold a credential: give the key by ${keyVariable}`, command)
  }
  url.hash = ''
  if (url.pathname === '/') url.pathname = '/mcp'
  return url.href
}

/** The key from HOLDFAST_KEY (or HOLDFAST_API_KEY, or the file that HOLDFAST_KEY_FILE names); undefined without one. */
export function keyOf({ env, cwd }: Terminal): string | undefined {
  const file = env[`${keyVariable}_FILE`]
  const given = env[keyVariable] || env.HOLDFAST_API_KEY
  const key = given?.trim() || (file ? readKey(resolve(cwd, file)) : undefined)
  if (key !== undefined && !/^[\x21-\x7e]+$/.test(key)) {
    throw new UsageError(`${keyVariable} is no key: it has spaces or other signs that no key has`)
  }
  return key
}

function readKey(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim() || undefined
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new Error(`${keyVariable}_FILE: cannot read ${path} (${code === 'ENOENT' ? 'no such file' : code})`)
  }
}

/** SIGTERM and SIGINT are an end of the input: what is under way is answered, the session given up. */
function endsOnSignal(input: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const reader = input.getReader()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void reader.cancel())
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await reader.read()
      if (done) controller.close()
      else controller.enqueue(value)
    },
  })
}
