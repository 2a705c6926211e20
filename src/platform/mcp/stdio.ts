import { serveStdio as serveConnection } from '@modelcontextprotocol/server/stdio'
import type { Principal } from '../../core/principal'
import type { Exchange } from './exchange'
import { createLineTransport } from './line-transport'
import { createServing, type McpParts } from './mcp'
import { createServers } from './sdk-server'
import { toolsetsOf } from './selection'

export interface StdioOptions {
  /** Whom the calls are for; over stdio nobody presents a credential. */
  principal: Principal
  /** Default: this process' stdin. */
  input?: ReadableStream<Uint8Array>
  /** Default: this process' stdout. Nothing else may write there. */
  output?: { write(line: string): unknown }
}

/** How long calls in flight may take after stdin's end: a client expects the process to be gone within two seconds. */
const graceMs = 1500

/** Serves MCP in both eras over newline-delimited JSON; resolves after stdin has ended and calls in flight are answered. */
export async function serveStdio(parts: McpParts, options: StdioOptions): Promise<void> {
  const makeServer = createServers(createServing(parts).servers)
  const hangUp = new AbortController()
  const transport = createLineTransport({
    input: options.input ?? Bun.stdin.stream(),
    write: (line) => (options.output ?? process.stdout).write(line),
    longest: parts.config.MAX_REQUEST_SIZE,
    graceMs,
  })
  const modules = parts.dispatcher.mounted.map(({ module }) => module)
  const selection = toolsetsOf(parts.config.MCP_TOOLSETS, modules)
  const open = () => ({ ...openExchange(options.principal, hangUp.signal), ...selection })
  const onerror = (error: Error) => parts.log.debug('the MCP SDK reports', { reason: error.message })
  const connection = serveConnection(() => makeServer(open, open(), 'lasting').sdk, { transport, onerror })
  await transport.ended
  hangUp.abort()
  await connection.close()
}

/** One a call, each with an id of its own for audit and logs. */
const openExchange = (principal: Principal, signal: AbortSignal): Exchange => ({
  principal,
  requestId: crypto.randomUUID(),
  transport: 'stdio',
  signal,
  header: () => undefined,
  quota: null,
  outcome: 'ok',
  introduces: true,
})
