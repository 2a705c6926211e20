import { PROTOCOL_VERSION_META_KEY } from '@modelcontextprotocol/server'
import type { Message } from './message'

/** The revision that a message names itself (2026-07-28 and later); undefined for those that live in a session. */
export function ownRevision({ params }: Message): string | undefined {
  const meta = params?._meta as Record<string, unknown> | undefined
  const version = meta?.[PROTOCOL_VERSION_META_KEY]
  return typeof version === 'string' ? version : undefined
}

/** Which member of the parameters `Mcp-Name` repeats (revision 2026-07-28, Streamable HTTP). */
const named: Record<string, string> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
  'tasks/get': 'taskId',
  'tasks/update': 'taskId',
  'tasks/cancel': 'taskId',
}

/** The headers that repeat parts of a message that names its revision, for servers and proxies to route by. */
export function headersOfMessage(message: Message, revision: string): Record<string, string> {
  const { method = '', params } = message
  const name = Object.hasOwn(named, method) ? params?.[named[method]!] : undefined
  return {
    'MCP-Protocol-Version': revision,
    'Mcp-Method': method,
    ...(typeof name === 'string' && { 'Mcp-Name': fieldValue(name) }),
  }
}

const plain = /^[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?$/

/** A text as a header can carry it: as it is, else as base64 between marks. */
export const fieldValue = (text: string): string =>
  plain.test(text) && !(text.startsWith('=?base64?') && text.endsWith('?='))
    ? text
    : `=?base64?${Buffer.from(text, 'utf8').toString('base64')}?=`
