import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  PROTOCOL_VERSION_META_KEY,
} from '@modelcontextprotocol/server'
import { version } from '../../version'
import { type Conversation, ServerFault } from './conversation'

/** What a client saw of a server in one era of the protocol. */
export interface Sight {
  /** Revision that was asked for. */
  era: '2025-11-25' | '2026-07-28'
  ok: boolean
  /** Revision that the server agreed on. */
  protocol?: string
  /** Its name and version. */
  server?: string
  tools?: number
  /** From the start of the program or connection to the list of tools. */
  milliseconds: number
  error?: string
  /** HTTP status of the refusal, where there was one. */
  status?: number
}

/** Shakes hands and lists the tools, as clients of that era do. Never throws. */
export async function probe(era: Sight['era'], open: () => Conversation): Promise<Sight> {
  const started = performance.now()
  const conversation = open()
  const milliseconds = () => Math.round(performance.now() - started)
  try {
    const seen =
      era === '2025-11-25' ? await withHandshake(conversation) : await withoutHandshake(conversation)
    const taken = milliseconds()
    const fault = await conversation.close(true)
    return { era, ok: fault === undefined, ...seen, milliseconds: taken, ...(fault && { error: fault }) }
  } catch (error) {
    await conversation.close(false)
    const { message, status } = error as ServerFault
    return { era, ok: false, milliseconds: milliseconds(), error: message, ...(status && { status }) }
  }
}

type Seen = Pick<Sight, 'protocol' | 'server' | 'tools'>

const clientInfo = { name: 'holdfast-doctor', version }

async function withHandshake(conversation: Conversation): Promise<Seen> {
  const result = await conversation.ask('initialize', {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo,
  })
  conversation.tell('notifications/initialized')
  return {
    protocol: String(result.protocolVersion),
    server: nameOf(result.serverInfo),
    tools: await countTools(conversation, {}),
  }
}

async function withoutHandshake(conversation: Conversation): Promise<Seen> {
  const protocol = '2026-07-28'
  const _meta = {
    [PROTOCOL_VERSION_META_KEY]: protocol,
    [CLIENT_CAPABILITIES_META_KEY]: {},
    [CLIENT_INFO_META_KEY]: clientInfo,
  }
  const result = await conversation.ask('server/discover', { _meta })
  const versions = (result.supportedVersions ?? []) as unknown[]
  if (!versions.includes(protocol)) throw new ServerFault('it does not speak this revision')
  const meta = (result._meta ?? {}) as Record<string, unknown>
  const server = nameOf(result.serverInfo ?? meta['io.modelcontextprotocol/serverInfo'])
  return { protocol, server, tools: await countTools(conversation, { _meta }) }
}

async function countTools(conversation: Conversation, params: Record<string, unknown>): Promise<number> {
  let [count, cursor]: [number, unknown] = [0, undefined]
  for (let page = 0; page < mostPages; page++) {
    const result = await conversation.ask('tools/list', cursor === undefined ? params : { ...params, cursor })
    if (!Array.isArray(result.tools)) throw new ServerFault('its tools/list holds no tools')
    count += result.tools.length
    cursor = result.nextCursor
    if (cursor === undefined) return count
  }
  throw new ServerFault(`its list of tools has more than ${mostPages} pages`)
}

const mostPages = 100

function nameOf(info: unknown): string {
  const { name, version: release } = Object(info) as { name?: unknown; version?: unknown }
  return [name, release].filter((part) => typeof part === 'string').join(' ') || 'a server without a name'
}
