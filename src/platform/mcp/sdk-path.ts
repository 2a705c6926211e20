import { createMcpHandler, type McpHttpHandler } from '@modelcontextprotocol/server'
import type { Logger } from '../../core/module'
import type { Tasks } from '../tasks/tasks'
import type { Changes } from './changes'
import { authInfoOf, type Exchange, exchangeOf, headersOf } from './exchange'
import { checkListen, mostOfAll } from './listen-check'
import { createOwnedBus } from './owned-bus'
import { acceptsStream } from './plain-request'
import { refuse } from './refusal'
import type { MakeServer } from './sdk-server'
import { collectMessages, isAnswer, peekStream } from './sse'
import { followTasks, taskListenOf } from './tasks/listen'

/** Every request that the fast path does not answer, through the SDK. */
export interface SdkPath {
  answer(request: Request, body: unknown, exchange: Exchange): Promise<Response>
  close(): Promise<void>
}

export interface SdkPathParts {
  makeServer: MakeServer
  changes: Changes
  log: Logger
  tasks?: Tasks | undefined
}

export function createSdkPath({ makeServer, changes, log, tasks }: SdkPathParts): SdkPath {
  const bus = createOwnedBus(changes)
  const handler: McpHttpHandler = createMcpHandler(
    ({ authInfo }) => makeServer(exchangeOf, authInfo!.extra!.exchange as Exchange, 'request').sdk,
    {
      legacy: 'stateless',
      bus,
      maxSubscriptions: mostOfAll,
      onerror: (error) => log.debug('the MCP SDK reports', { reason: error.message }),
    },
  )
  return {
    async answer(request, body, exchange) {
      const refusal = checkListen(body, bus, exchange.principal.id)
      if (refusal) return refuse(refusal, (body as { id?: unknown }).id)
      const listen = tasks && taskListenOf(body)
      if (listen && 'code' in listen) return refuse(listen, (body as { id?: unknown }).id)
      const authInfo = authInfoOf(exchange)
      const owner = exchange.principal.id
      const response = await bus.of(owner, () =>
        handler.fetch(lenient(request), { authInfo, parsedBody: listen?.body ?? body }),
      )
      if (tasks && listen && isStream(response)) return followTasks(response, listen, owner, tasks)
      return shape(response, exchange, Array.isArray(body), acceptsStream(request.headers.get('accept')))
    },
    close: handler.close,
  }
}

/** The SDK refuses older clients that do not list both types; what they really accept decides about the answer's form. */
export function lenient(request: Request): Request {
  const headers = new Headers(request.headers)
  headers.set('accept', 'application/json, text/event-stream')
  return new Request(request.url, { method: request.method, headers, signal: request.signal })
}

/**
 * JSON for clients that want JSON, for batches, and whenever nothing came before the answer; a stream otherwise. A
 * refusal's status stands on JSON answers alone: a stream has begun with 200.
 */
export async function shape(
  response: Response,
  exchange: Exchange,
  batch: boolean,
  streams: boolean,
  waitMs?: number,
): Promise<Response> {
  if (!isStream(response))
    return json(await response.text(), response.status, exchange, batch, response.headers)
  if (batch || !streams) {
    const answers = (await collectMessages(response.body!)).filter(isAnswer)
    if (answers.length === 0) return new Response(null, { status: 499 })
    return json(JSON.stringify(batch ? answers : answers[0]), 200, exchange, batch)
  }
  const { only, body } = await peekStream(response.body!, waitMs)
  if (only) return json(only, 200, exchange, false)
  const headers = new Headers(response.headers)
  for (const [name, value] of Object.entries(headersOf(exchange))) headers.set(name, value)
  return new Response(body, { status: response.status, headers })
}

export const isStream = (response: Response) =>
  response.body !== null && (response.headers.get('content-type')?.startsWith('text/event-stream') ?? false)

/** An answer as the SDK writes it that is a JSON-RPC error. */
const rpcError = /^\{"jsonrpc":"2\.0","id":(?:-?[\d.eE+-]+|null|"(?:[^"\\]|\\.)*"),"error":/

function json(text: string, status: number, exchange: Exchange, batch: boolean, given?: Headers): Response {
  const headers = new Headers(given)
  if (text) headers.set('Content-Type', 'application/json')
  for (const [name, value] of Object.entries(headersOf(exchange))) headers.set(name, value)
  const refused = batch ? undefined : exchange.refusal
  if (exchange.outcome === 'ok' && rpcError.test(text)) exchange.outcome = 'refused'
  return new Response(text || null, { status: refused?.status ?? status, headers })
}
