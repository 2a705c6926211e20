import type { Implementation } from '@modelcontextprotocol/server'
import { type Called, type CallParts, callTool, lacksConfirmation } from './call-tool'
import type { Catalog } from './catalog'
import type { HttpExchange } from './exchange'
import { type Failure, failureKey } from './failure'
import { metaKeys } from './meta-keys'
import type { PlainRequest } from './plain-request'
import { refuse } from './refusal'

/** How long a client of 2026-07-28 may keep a list. */
export const listTtlMs = 60_000

/** Answers a plain request, or undefined when the tool is not one of the operations, or needs the person's word. */
export type FastPath = (request: PlainRequest, exchange: HttpExchange) => Promise<Response> | undefined

/**
 * Answers plain `tools/call` and `tools/list` without the SDK. Bodies are concatenated: an answer is serialized once and
 * its text used twice, as the structured content and, escaped, as the text block.
 */
export function createFastPath(parts: CallParts, catalog: Catalog, serverInfo: Implementation): FastPath {
  const server = `"${metaKeys.serverInfo}":${JSON.stringify(serverInfo)}`

  /** The whole result: `members` and `meta` are the insides of JSON objects. */
  function resultOf({ modern }: PlainRequest, members: string, meta = ''): string {
    if (modern) return `{${members},"resultType":"complete","_meta":{${server}${meta && `,${meta}`}}}`
    return meta ? `{${members},"_meta":{${meta}}}` : `{${members}}`
  }

  function tell(called: Called, request: PlainRequest, exchange: HttpExchange): Response {
    if (called.kind === 'refusal') return refuse(called.refusal, request.id)
    if (called.kind === 'answer')
      return respond(request.id, resultOf(request, answerMembers(called.json)), exchange)
    const { failure } = called
    const meta = `"${failureKey}":${JSON.stringify(failure)}`
    return respond(request.id, resultOf(request, failureMembers(failure), meta), exchange)
  }

  function list(request: PlainRequest, exchange: HttpExchange): Response {
    const tools = catalog.list(exchange).first
    const members = request.modern ? `${tools},"ttlMs":${listTtlMs},"cacheScope":"private"` : tools
    return respond(request.id, resultOf(request, members), exchange)
  }

  return (request, exchange) => {
    if (request.method === 'tools/list') return Promise.resolve(list(request, exchange))
    const bound = catalog.find(request.name, exchange)
    if (!bound || bound.operation.task || lacksConfirmation(bound, request.arguments)) return undefined
    return callTool(parts, bound, request.arguments, exchange, (called) => tell(called, request, exchange))
  }
}

const answerMembers = (json: string) =>
  `"content":[{"type":"text","text":${JSON.stringify(json)}}],"structuredContent":${json}`

const failureMembers = (failure: Failure) =>
  `"content":[{"type":"text","text":${JSON.stringify(JSON.stringify(failure))}}],"isError":true`

function respond(id: string | number, result: string, exchange: HttpExchange): Response {
  const named = typeof id === 'number' ? id : JSON.stringify(id)
  return exchange.answer(`{"jsonrpc":"2.0","id":${named},"result":${result}}`)
}
