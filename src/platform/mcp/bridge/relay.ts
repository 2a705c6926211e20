import { type CarryParts, carry, send } from './carry'
import { createFarEnd, type Destination } from './far-end'
import { createListener } from './listener'
import { type Incoming, isRequest, type Message, oneLine, RpcError, readIncoming } from './message'
import { createParameterHeaders } from './parameter-headers'
import { createPendingWork, type PendingWork } from './pending'
import { endedFirst, faultOf } from './refusals'
import { ownRevision } from './request-headers'
import { createSession, discard } from './session'

export interface RelayOptions extends Destination {
  /** Gets each line for the client, with its line break. */
  write(line: string): unknown
  /** Gets what only a person should see. */
  note(text: string): void
}

/** Carries lines to the server and writes what comes back. */
export interface Relay {
  take(line: string): void
  /** Waits up to `graceMs` for what is under way, answers the rest with an error and gives the session up. */
  close(graceMs: number): Promise<void>
}

export function createRelay(options: RelayOptions): Relay {
  const hangUp = new AbortController()
  const { signal } = hangUp
  const far = createFarEnd(options)
  const emit = (line: string) => void (signal.aborted || options.write(`${line}\n`))
  const session = createSession(far, signal, () => listener.start())
  const pass = (data: string) => {
    const read = oneLine(data)
    if (read) emit(read.line)
  }
  const listener = createListener({ far, session, pass, signal })
  const carrying: CarryParts = { far, session, parameters: createParameterHeaders(), emit }
  const work = createPendingWork()
  const flow = { ...options, carrying, work, listen: () => listener.start(), ready: Promise.resolve() }

  return {
    take(line) {
      try {
        takeMessages(flow, readIncoming(line))
      } catch (error) {
        if (!(error instanceof RpcError)) throw error
        emit(error.asLine())
      }
    },
    async close(graceMs) {
      for (const { request, cancel } of work.all()) if (request.method === 'subscriptions/listen') cancel()
      await Promise.race([work.idle(), Bun.sleep(graceMs)])
      for (const { request } of work.all()) emit(endedFirst().asLine(request.id))
      hangUp.abort()
      for (const { cancel } of work.all()) cancel()
      await session.leave(AbortSignal.timeout(farewellMs))
    },
  }
}

const farewellMs = 300

interface Flow extends RelayOptions {
  carrying: CarryParts
  work: PendingWork
  /** Opens the stream of a session. */
  listen(): void
  /** What a message of a session must wait for: the handshake's parts arrive in order. */
  ready: Promise<unknown>
}

function takeMessages(flow: Flow, incoming: Incoming): void {
  const requests = incoming.messages.filter(isRequest)
  const [first] = incoming.messages as [Message]
  const before = ownRevision(first) === undefined ? flow.ready : Promise.resolve()
  const done =
    requests.length > 0
      ? flow.work.run(requests, (signal) => ask(flow, incoming, requests, before, signal))
      : tell(flow, incoming, before)
  if (first.method === 'initialize' || first.method === 'notifications/initialized') flow.ready = done
}

/** Every request gets exactly one answer, unless it is called off. */
async function ask(
  { carrying, url }: Flow,
  incoming: Incoming,
  requests: Message[],
  before: Promise<unknown>,
  signal: AbortSignal,
): Promise<void> {
  const answered = new Set<unknown>()
  const emit = (line: string) => {
    if (signal.aborted) return
    const { id, method } = Object(JSON.parse(line)) as Message
    if (method === undefined) answered.add(id)
    carrying.emit(line)
  }
  try {
    await before
    await carry({ ...carrying, emit }, incoming, signal)
  } catch (error) {
    for (const { id } of requests) if (!answered.has(id)) emit(faultOf(error, url).asLine(id))
  }
}

/** Messages without an answer: notifications, and the client's answers to the server. */
async function tell(flow: Flow, incoming: Incoming, before: Promise<unknown>): Promise<void> {
  const [first] = incoming.messages as [Message]
  const cancelled = first.method === 'notifications/cancelled' && flow.work.find(first.params?.requestId)
  if (cancelled && ownRevision(cancelled.request) !== undefined) return cancelled.cancel()
  const sent = flow.work.run([], async (signal) => {
    try {
      await before
      const response = await send(flow.carrying, incoming, signal)
      await discard(response)
      if (!response.ok) flow.note(`${first.method ?? 'an answer'}: the server said ${response.status}`)
      else if (first.method === 'notifications/initialized') flow.listen()
    } catch (error) {
      flow.note(`${first.method ?? 'an answer'}: ${faultOf(error, flow.url).message}`)
    }
  })
  if (cancelled) cancelled.cancel()
  await sent
}
