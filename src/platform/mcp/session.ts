import type {
  InitializeRequest,
  RequestId,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server'
import type { EventLog } from './event-log'
import type { McpServer } from './sdk-server'

/** What a client said of itself when it opened the session. */
export type Introduction = InitializeRequest['params']

/**
 * One client's session on a revision that has them. It costs little until the client asks for something that needs the
 * server's memory: only then a server of the SDK is made, which learns from `introduction` whom it speaks with.
 */
export interface Session {
  readonly id: string
  /** The principal that opened it. */
  readonly owner: string
  readonly introduction: Introduction
  /** Milliseconds since the epoch. */
  lastUsed: number
  /** Event streams that are open now. */
  streams: number
  /** Requests that are being answered; those outside of the SDK with what stops them. */
  readonly inFlight: Map<RequestId, AbortController | null>
  live?: Promise<Live>
  /** True once the client ended it, or it was idle for too long. */
  ended: boolean
}

/** The part of a session that holds memory: a connected server of the SDK with what it sent. */
export interface Live {
  transport: WebStandardStreamableHTTPServerTransport
  server: McpServer
  events: EventLog
}

/** True while something waits for the session. */
export const isBusy = ({ streams, inFlight }: Session): boolean => streams > 0 || inFlight.size > 0

/** Frees the live part; the session itself goes on and gets another one when it needs it. */
export async function release(session: Session): Promise<void> {
  const { live } = session
  delete session.live
  // One that could not be made holds nothing.
  const made = await live?.catch(() => undefined)
  if (!made) return
  made.events.clear()
  await made.transport.close()
}

/** A server that owes its client nothing is freed; false when it owes something. */
export async function rest(session: Session): Promise<boolean> {
  const live = await session.live?.catch(() => undefined)
  if (!live) return true
  if (live.server.subscriptions.size > 0 || isBusy(session)) return false
  await release(session)
  return true
}
