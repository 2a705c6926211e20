import type { AuthInfo, ServerContext } from '@modelcontextprotocol/server'
import type { Principal } from '../../core/principal'
import { quotaHeaders } from '../limits/headers'
import type { Quota } from '../limits/limits'
import type { Refusal } from './refusal'
import type { Selection } from './selection'

/** Reports progress of a call to its caller. */
export type Progress = (done: number, total?: number, message?: string) => void

/** One MCP request while it is answered: who asks, and what must go onto the response beside its body. */
export interface Exchange extends Selection {
  readonly principal: Principal
  readonly requestId: string
  readonly transport: 'mcp' | 'stdio'
  /** Aborted when the client goes away; inside a session, when the client takes its request back. */
  signal: AbortSignal
  header(name: string): string | undefined
  /** The client gets to know the server by this request, so that everything about it is told. */
  introduces?: boolean
  /** Set once a call was counted; null when it is not limited. */
  quota: Quota | null
  /** Set when the request was refused as a whole: its status and headers belong onto the response. */
  refusal?: Refusal
  /** Label of the request counter: `ok`, or why it failed. */
  outcome: string
}

/** One that came over HTTP. */
export interface HttpExchange extends Exchange {
  /** Makes an answer of its JSON and of what was counted, with all that answers of the server carry. */
  answer(json: string, quota: Quota | null): Response
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
