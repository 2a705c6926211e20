import { backoff, pause } from './backoff'

/** Where the bridge leads to. */
export interface Destination {
  /** `http:` or `https:`, e.g. `https://mcp.example.com/mcp`. */
  url: string
  /** Sent as bearer token. */
  key?: string
  /** Sent with every request. */
  headers?: Record<string, string>
  /** How long one message is tried for; default 20,000 ms, less than the minute that clients wait. */
  patienceMs?: number
}

export interface Posting {
  text: string
  headers: Record<string, string>
  /** Has no effect when it arrives twice, so that it may be sent again when it is unknown whether it arrived. */
  repeatable: boolean
  signal: AbortSignal
}

/** The server, as requests reach it. Redirects are not followed: they would carry the key elsewhere. */
export interface FarEnd {
  readonly hasKey: boolean
  /** Resolves with whatever it answered; tries again for a while where that can help, then throws what fetch threw. */
  post(posting: Posting): Promise<Response>
  /** Asks for the stream of what the server has to say of its own accord. */
  listen(headers: Record<string, string>, signal: AbortSignal): Promise<Response>
  /** Gives up a session. */
  leave(headers: Record<string, string>, signal: AbortSignal): Promise<Response>
}

export function createFarEnd({ url, key, headers: always, patienceMs = 20_000 }: Destination): FarEnd {
  const send = (method: string, headers: Record<string, string>, signal: AbortSignal, body?: string) =>
    fetch(url, {
      method,
      headers: { ...always, ...(key && { Authorization: `Bearer ${key}` }), ...headers },
      signal,
      redirect: 'manual',
      // A quiet event stream is no fault: the client decides how long it waits.
      timeout: false,
      ...(body !== undefined && { body }),
    } as RequestInit)
  return {
    hasKey: key !== undefined || Object.keys(always ?? {}).some((name) => credential.test(name)),
    post: (posting) =>
      persist(
        () => send('POST', { ...postHeaders, ...posting.headers }, posting.signal, posting.text),
        posting,
        patienceMs,
      ),
    listen: (headers, signal) => send('GET', { Accept: 'text/event-stream', ...headers }, signal),
    leave: (headers, signal) => send('DELETE', headers, signal),
  }
}

const credential = /^(authorization|x-api-key)$/i

const postHeaders = {
  'Content-Type': 'application/json',
  Accept: 'application/json, text/event-stream',
}

type Outcome = { response: Response } | { error: unknown }

async function persist(
  send: () => Promise<Response>,
  { repeatable, signal }: Posting,
  patienceMs: number,
): Promise<Response> {
  const until = Date.now() + patienceMs
  for (let tries = 0; ; tries++) {
    const outcome = await attempt(send)
    signal.throwIfAborted()
    const wait = Math.max(backoff(tries), retryAfterMs(outcome))
    if (!mayPass(outcome, repeatable) || Date.now() + wait > until) {
      if ('error' in outcome) throw outcome.error
      return outcome.response
    }
    if ('response' in outcome) await outcome.response.body?.cancel()
    await pause(wait, signal)
  }
}

async function attempt(send: () => Promise<Response>): Promise<Outcome> {
  try {
    return { response: await send() }
  } catch (error) {
    return { error }
  }
}

/** Nothing was sent yet: the server is starting, or its name is not known for the moment. */
const notReached = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH'])
const interrupted = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED'])
const busy = new Set([502, 503, 504])

function mayPass(outcome: Outcome, repeatable: boolean): boolean {
  if ('response' in outcome) return repeatable && busy.has(outcome.response.status)
  const code = String((outcome.error as { code?: unknown }).code)
  return notReached.has(code) || (repeatable && interrupted.has(code))
}

function retryAfterMs(outcome: Outcome): number {
  const seconds = 'response' in outcome ? Number(outcome.response.headers.get('retry-after')) : 0
  return Number.isFinite(seconds) ? seconds * 1000 : 0
}
