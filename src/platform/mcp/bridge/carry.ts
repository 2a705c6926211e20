import { backoff, pause } from './backoff'
import { readEvents, type StreamEvent } from './event-stream'
import type { FarEnd } from './far-end'
import { type Incoming, isAnswer, isRequest, type Message, oneLine } from './message'
import type { ParameterHeaders } from './parameter-headers'
import { lostAnswer, refusalLine, strangeAnswer } from './refusals'
import { isRepeatable } from './repeatable'
import { headersOfMessage, ownRevision } from './request-headers'
import { discard, type Session } from './session'

export interface CarryParts {
  far: FarEnd
  session: Session
  parameters: ParameterHeaders
  /** Writes one line to the client. */
  emit(line: string): void
}

/** Sends one line's messages; a session that the server has forgotten is opened anew first. */
export async function send(parts: CarryParts, incoming: Incoming, signal: AbortSignal): Promise<Response> {
  const { far, session, parameters } = parts
  const [first] = incoming.messages as [Message]
  const revision = ownRevision(first)
  const repeatable = incoming.messages.every(({ method }) => isRepeatable(method))
  const post = (headers: Record<string, string>) =>
    far.post({ text: incoming.text, headers, repeatable, signal })
  if (revision !== undefined) {
    return post({ ...headersOfMessage(first, revision), ...parameters.headersOf(first) })
  }
  if (first.method === 'initialize') return post({})
  const used = session.id
  const response = await post(session.headers())
  if (response.status !== 404 || used === undefined) return response
  await discard(response)
  await session.renew(used)
  return post(session.headers())
}

/** Sends requests and hands on all that comes back, until each is answered. Throws what kept an answer away. */
export async function carry(parts: CarryParts, incoming: Incoming, signal: AbortSignal): Promise<void> {
  const requests = incoming.messages.filter(isRequest)
  const open = new Map(requests.map((request) => [JSON.stringify(request.id), request]))
  const place: StreamEvent = { data: '' }
  let response = await send(parts, incoming, signal)
  const endless = requests.some(({ method }) => method === 'subscriptions/listen')
  for (let tries = 0; ; tries++) {
    const before = place.id
    await handOn(parts, response, open, place)
    if (open.size === 0) return
    if (place.id !== before) tries = 0
    if (tries >= mostTries && !endless) throw lostAnswer()
    await pause(Math.max(backoff(tries), place.retry ?? 0), signal)
    response = await resume(parts, incoming, place, signal)
  }
}

/** Connections that may break one after the other before a call is given up. */
const mostTries = 6

/** After a stream that ended early: on from its last event where it had one, else anew where that does no harm. */
async function resume(parts: CarryParts, incoming: Incoming, place: StreamEvent, signal: AbortSignal) {
  const { far, session } = parts
  const ofSession = ownRevision(incoming.messages[0]!) === undefined && session.id !== undefined
  if (place.id !== undefined && ofSession) {
    const response = await far.listen({ ...session.headers(), 'Last-Event-ID': place.id }, signal)
    if (response.ok) return response
    await discard(response)
  }
  if (incoming.messages.every(({ method }) => isRepeatable(method))) return send(parts, incoming, signal)
  throw lostAnswer()
}

type Open = Map<string, Message>

async function handOn(parts: CarryParts, response: Response, open: Open, place: StreamEvent): Promise<void> {
  const type = response.headers.get('content-type') ?? ''
  const take = (text: string) => pass(parts, text, open, response)
  if (!response.ok) {
    const text = await response.text()
    for (const { id } of open.values()) parts.emit(refusalLine(response, text, id, parts.far.hasKey))
    return open.clear()
  }
  if (type.startsWith('text/event-stream')) return handOnEvents(response, open, place, take)
  if (!type.includes('json') || !take(await response.text())) throw strangeAnswer(response)
  if (open.size > 0) throw strangeAnswer(response)
}

async function handOnEvents(
  response: Response,
  open: Open,
  place: StreamEvent,
  take: (text: string) => boolean,
) {
  try {
    for await (const event of readEvents(response.body!)) {
      place.id = event.id ?? place.id
      place.retry = event.retry ?? place.retry
      if (event.data) take(event.data)
      if (open.size === 0) return
    }
  } catch (error) {
    // A connection that breaks is a stream that ends early; what the client has called off is not resumed.
    if ((error as Error).name === 'AbortError') throw error
  }
}

/** Writes one message (or batch) and ticks off what it answers; false for what is no JSON. */
function pass(parts: CarryParts, text: string, open: Open, response: Response): boolean {
  const read = oneLine(text)
  if (!read) return false
  for (const message of [read.value].flat() as Message[]) {
    const key = JSON.stringify(Object(message).id)
    const request = message && isAnswer(message) ? open.get(key) : undefined
    if (request) notice(parts, request, message, response)
    if (request) open.delete(key)
  }
  parts.emit(read.line)
  return true
}

function notice(
  { session, parameters }: CarryParts,
  request: Message,
  answer: Message,
  response: Response,
): void {
  if (answer.error !== undefined) return
  if (request.method === 'initialize') {
    session.opened(request, answer, response.headers.get('mcp-session-id'))
  } else if (request.method === 'tools/list') parameters.learn(answer)
  else session.remember(request)
}
