import type { Implementation } from '@modelcontextprotocol/server'
import type { Told } from '../../core/within'
import type { Bound } from '../dispatch/dispatch'
import { type CallParts, failedCall, jsonOf, lacksConfirmation, wrapped } from './call-tool'
import type { Catalog } from './catalog'
import type { HttpExchange } from './exchange'
import { type Failure, failureKey } from './failure'
import { metaKeys } from './meta-keys'
import type { PlainRequest } from './plain-request'
import { refuse } from './refusal'

/** How long a client of 2026-07-28 may keep a list. */
export const listTtlMs = 60_000

/**
 * Answers a plain request and tells `answered`; false, and nothing is done, when the tool is not one of the operations, or needs the
 * person's word.
 */
export type FastPath = (request: PlainRequest, exchange: HttpExchange, answered: Told) => boolean

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

  function list(request: PlainRequest, exchange: HttpExchange): Response {
    const tools = catalog.list(exchange).first
    const members = request.modern ? `${tools},"ttlMs":${listTtlMs},"cacheScope":"private"` : tools
    return respond(request.id, resultOf(request, members), exchange)
  }

  /** A call while it runs. A class, for closures would be made anew for each. */
  class PlainCall implements Told {
    constructor(
      private readonly bound: Bound,
      private readonly request: PlainRequest,
      private readonly exchange: HttpExchange,
      private readonly answered: Told,
    ) {}

    end(output: unknown): void {
      const { bound } = this
      let members: string
      try {
        members = answerMembers(jsonOf(bound, wrapped(bound, output)))
      } catch (error) {
        this.fail(error)
        return
      }
      this.respond(members)
    }

    fail(error: unknown): void {
      const { bound, request, exchange, answered } = this
      try {
        const called = failedCall(parts, bound.operation.name, error, exchange, exchange.signal)
        if (called.kind === 'refusal') answered.end(refuse(called.refusal, request.id))
        else this.respond(failureMembers(called.failure), `"${failureKey}":${JSON.stringify(called.failure)}`)
      } catch (untold) {
        answered.fail(untold)
      }
    }

    private respond(members: string, meta?: string): void {
      const { request, exchange, answered } = this
      try {
        answered.end(respond(request.id, resultOf(request, members, meta), exchange))
      } catch (error) {
        answered.fail(error)
      }
    }
  }

  return (request, exchange, answered) => {
    if (request.method === 'tools/list') {
      answered.end(list(request, exchange))
      return true
    }
    const bound = catalog.find(request.name, exchange)
    if (!bound || bound.operation.task || lacksConfirmation(bound, request.arguments)) return false
    const call = new PlainCall(bound, request, exchange, answered)
    parts.dispatcher.tell(bound, request.arguments, exchange, call)
    return true
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
