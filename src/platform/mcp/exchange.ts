import type { AuthInfo, ServerContext } from '@modelcontextprotocol/server'
import type { Principal } from '../../core/principal'
import { timeOfTurn } from '../../core/turn'
import type { Told } from '../../core/within'
import type { RequestContext } from '../dispatch/dispatch'
import { quotaHeaders } from '../limits/headers'
import type { Quota } from '../limits/limits'
import { resumeRequest } from '../telemetry/request-id'
import type { Refusal } from './refusal'
import type { Part, Selection } from './selection'

/** Reports progress of a call to its caller. */
export type Progress = (done: number, total?: number, message?: string) => void

/** One MCP request while it is answered: who asks, and what must go onto the response beside its body. */
export interface Exchange extends Selection, RequestContext {
  readonly principal: Principal
  readonly transport: 'mcp' | 'stdio'
  /** Aborted when the client goes away; inside a session, when the client takes its request back. */
  signal: AbortSignal
  /** The client gets to know the server by this request, so that everything about it is told. */
  introduces?: boolean
  /** Set once a call was counted; null when it is not limited. */
  quota: Quota | null
  /** Set when the request was refused as a whole: its status and headers belong onto the response. */
  refusal?: Refusal
  /** Label of the request counter: `ok`, or why it failed. */
  outcome: string
}

/** What HTTP knows of a request to MCP, and how it is told what becomes of it. */
export interface McpContext {
  /** Already authenticated. */
  principal: Principal
  requestId: string
  /** The same as log lines may have it. */
  logged?: string | undefined
  /** Serve this module's tools alone. */
  module?: string | undefined
  /** Why a body is not to be parsed at all. */
  faultOf?(body: string): string | undefined
  /** Makes an answer of its JSON and of what was counted, with all that answers of the server carry. */
  answer(json: string, quota: Quota | null): Response
  /** Sends the answer, which was made at this time of `performance.now`. */
  respond(response: Response, at: number): void
  /** Answers with what the error stands for. */
  fail(error: unknown): void
}

/** Notes an answered exchange: series. */
export type NoteAnswer = (exchange: HttpExchange, status: number, milliseconds: number) => void

/** What is asked of the server, as parsed: an object or a list, nothing of it checked. */
export interface Message {
  id?: unknown
  method?: unknown
  params?: { name?: unknown } | null
}

/** One that came over HTTP. */
export class HttpExchange implements Exchange, Told {
  readonly transport = 'mcp'
  readonly principal
  readonly requestId
  readonly module
  readonly toolsets
  readonly everything
  readonly readOnly
  quota: Quota | null = null
  refusal?: Refusal
  outcome = 'ok'
  /** Absent without a body that could be parsed. */
  message: Message | undefined
  /** When all of it was there, on the clock of `performance.now`. */
  readonly since = timeOfTurn()
  readonly logged
  /** In the place of the request's, which is made when it is first looked at. */
  private stop: AbortSignal | undefined

  constructor(
    private readonly request: Request,
    private readonly context: McpContext,
    private readonly note: NoteAnswer,
    part: Part,
  ) {
    this.principal = context.principal
    this.requestId = context.requestId
    this.logged = context.logged
    this.module = context.module
    this.toolsets = part.toolsets
    this.everything = part.everything
    this.readOnly = part.readOnly
  }

  get signal(): AbortSignal {
    return this.stop ?? this.request.signal
  }

  set signal(stop: AbortSignal) {
    this.stop = stop
  }

  header(name: string): string | undefined {
    return this.request.headers.get(name) ?? undefined
  }

  counted(quota: Quota): void {
    this.quota = quota
  }

  faultOf(body: string): string | undefined {
    return this.context.faultOf?.(body)
  }

  answer(json: string): Response {
    return this.context.answer(json, this.quota)
  }

  /** Whoever counts, waits or takes back for many may tell it: it ends as itself. */
  end(response: Response): void {
    resumeRequest(this.logged, respond, this, response)
  }

  respond(response: Response): void {
    const now = performance.now()
    this.note(this, response.status, now - this.since)
    this.context.respond(response, now)
  }

  fail(error: unknown): void {
    this.context.fail(error)
  }
}

const respond = (exchange: HttpExchange, response?: Response) => exchange.respond(response!)

/** What the dispatcher is told of a call that has a signal of its own, and maybe somebody who follows it. */
export function contextOf(exchange: Exchange, signal: AbortSignal, progress?: Progress): RequestContext {
  const { principal, requestId, transport } = exchange
  const header = (name: string) => exchange.header(name)
  const counted = (quota: Quota) => {
    exchange.quota = quota
  }
  return { principal, requestId, transport, header, signal, counted, ...(progress && { progress }) }
}

/** Finds the exchange of the request that an SDK server handles. */
export type OpenExchange = (context: ServerContext) => Exchange

/** How an exchange travels through the SDK to the handlers of its request. */
export function authInfoOf(exchange: Exchange): AuthInfo {
  const { id, scopes } = exchange.principal
  return { token: '', clientId: id, scopes: [...scopes], extra: { exchange } }
}

/** The other end of `authInfoOf`. */
export const exchangeOf: OpenExchange = ({ http }) => http!.authInfo!.extra!.exchange as Exchange

/** What an answer carries beside its body: the refusal's headers, else the quota's. */
export function headersOf({ quota, refusal }: Exchange): Record<string, string> {
  return { ...(quota && quotaHeaders(quota)), ...refusal?.headers }
}
