import { Client as ModernClient } from '@modelcontextprotocol/client'
import { StdioClientTransport as ModernStdio } from '@modelcontextprotocol/client/stdio'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { type Started, source, start } from '../kit/process'
import { emptyFolder } from './rig'

/** What both lines of the SDK offer and the tests use. */
export interface AnyClient {
  listTools(): Promise<{ tools: { name: string }[] }>
  callTool(params: {
    name: string
    arguments: Record<string, unknown>
  }): Promise<{ isError?: boolean; structuredContent?: Record<string, unknown> }>
  close(): Promise<void>
}

const info = { name: 'test', version: '1' }

/** How a client of the SDK starts the bridge. */
export const bridgeCommand = (url: string, key?: string) => ({
  command: source[0]!,
  args: [...source.slice(1), 'stdio', '--remote', url],
  cwd: emptyFolder(),
  env: { PATH: process.env.PATH!, ...(key && { HOLDFAST_KEY: key }) },
  stderr: 'pipe' as const,
})

export async function olderClient(url: string, key?: string): Promise<Client> {
  const client = new Client(info)
  await client.connect(new StdioClientTransport(bridgeCommand(url, key)))
  return client
}

export type Mode = 'legacy' | 'auto' | { pin: '2026-07-28' }

export async function newerClient(mode: Mode, url: string, key?: string): Promise<AnyClient> {
  const client = new ModernClient(info, { versionNegotiation: { mode } })
  await client.connect(new ModernStdio(bridgeCommand(url, key)))
  return client as unknown as AnyClient
}

/** The bridge with its lines in hand. */
export function startBridge(url: string, key?: string) {
  const bridge = start(['stdio', '--remote', url], {
    cwd: emptyFolder(),
    env: key ? { HOLDFAST_KEY: key } : {},
  })
  const lines = () => bridge.stdout().split('\n').filter(Boolean)
  return {
    ...bridge,
    send(...messages: unknown[]) {
      for (const message of messages) {
        bridge.process.stdin.write(
          typeof message === 'string' ? `${message}\n` : `${JSON.stringify(message)}\n`,
        )
      }
      bridge.process.stdin.flush()
    },
    lines,
    messages: () => lines().map((line) => JSON.parse(line)),
    async answer(id: unknown) {
      for (;;) {
        const found = lines()
          .map((line) => JSON.parse(line))
          .find((message) => message.id === id && !message.method)
        if (found) return found
        if (bridge.process.exitCode !== null) throw new Error(`ended without an answer: ${bridge.stderr()}`)
        await Bun.sleep(10)
      }
    },
  }
}

export type Bridge = ReturnType<typeof startBridge> & Started

export const rpc = (id: unknown, method: string, params?: unknown) => ({ jsonrpc: '2.0', id, method, params })

export const initialize = (id: unknown = 0) =>
  rpc(id, 'initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: info })

export const initialized = { jsonrpc: '2.0', method: 'notifications/initialized' }

/** A request of 2026-07-28. */
export const modern = (id: unknown, method: string, params: Record<string, unknown> = {}) =>
  rpc(id, method, {
    ...params,
    _meta: {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientCapabilities': {},
      'io.modelcontextprotocol/clientInfo': info,
    },
  })
