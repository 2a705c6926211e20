import { backoff, pause } from './backoff'
import { readEvents } from './event-stream'
import type { FarEnd } from './far-end'
import { RpcError } from './message'
import { discard, type Session } from './session'

export interface ListenerParts {
  far: FarEnd
  session: Session
  /** Gets the data of each event. */
  pass(data: string): void
  signal: AbortSignal
}

/** Keeps the stream open on which a session's server speaks of its own accord; where it breaks, it goes on after the last event. */
export function createListener(parts: ListenerParts): { start(): void } {
  let heard: string | undefined
  return {
    start() {
      const { id } = parts.session
      if (id === undefined || id === heard) return
      heard = id
      void listen(parts, id)
    },
  }
}

async function listen(parts: ListenerParts, id: string): Promise<void> {
  const { session, signal } = parts
  const place: Place = { rest: 0 }
  for (let tries = 0; session.id === id && !signal.aborted; tries++) {
    try {
      const before = place.last
      if ((await once(parts, id, place)) === 'over') return
      if (place.last !== before) tries = 0
    } catch (error) {
      if (error instanceof RpcError) return
    }
    await pause(Math.max(backoff(tries), place.rest), signal).catch(() => {})
  }
}

/** Where the stream stands. */
interface Place {
  last?: string
  /** Milliseconds that the server wants between two connections. */
  rest: number
}

/** One connection; `over` when the server offers no such stream. */
async function once(parts: ListenerParts, id: string, place: Place): Promise<'over' | 'again'> {
  const { far, session, pass, signal } = parts
  const resume: Record<string, string> = place.last === undefined ? {} : { 'Last-Event-ID': place.last }
  const response = await far.listen({ ...session.headers(), ...resume }, signal)
  if (!response.ok || !response.headers.get('content-type')?.startsWith('text/event-stream')) {
    await discard(response)
    if (response.status === 404) await session.renew(id)
    return response.status >= 500 || response.status === 404 ? 'again' : 'over'
  }
  for await (const event of readEvents(response.body!)) {
    place.last = event.id ?? place.last
    place.rest = event.retry ?? place.rest
    if (event.data) pass(event.data)
  }
  return 'again'
}
