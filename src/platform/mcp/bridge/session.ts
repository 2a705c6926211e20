import { readEvents } from './event-stream'
import type { FarEnd } from './far-end'
import { isAnswer, type Message, oneLine, RpcError } from './message'
import { refusalLine, strangeAnswer } from './refusals'

/** The session of revisions up to 2025-11-25, as far as the server keeps one. */
export interface Session {
  /** Undefined before the handshake and for servers without sessions. */
  readonly id: string | undefined
  /** What places a message in the session. */
  headers(): Record<string, string>
  /** The client's own handshake has succeeded. */
  opened(request: Message, answer: Message, id: string | null): void
  /** Looks at a request that succeeded: what it has set up is set up again in the next session. */
  remember(request: Message): void
  /** Opens a new one in place of `stale`, as the client did; once for all who ask. Throws RpcError. */
  renew(stale: string): Promise<void>
  /** Gives it up; never throws. */
  leave(signal: AbortSignal): Promise<void>
}

/** `renewed` is called after each new session in place of an old one. */
export function createSession(far: FarEnd, signal: AbortSignal, renewed: () => void): Session {
  let [id, version]: [string | undefined, string | undefined] = [undefined, undefined]
  let handshake: Message | undefined
  let renewing: Promise<void> | undefined
  const setUp = new Map<string, Message>()

  const headers = () => ({
    ...(id !== undefined && { 'Mcp-Session-Id': id }),
    ...(version !== undefined && { 'MCP-Protocol-Version': version }),
  })
  const opened = (request: Message, { result }: Message, given: string | null) => {
    handshake = request
    id = given ?? undefined
    const agreed = (Object(result) as { protocolVersion?: unknown }).protocolVersion
    version = typeof agreed === 'string' ? agreed : undefined
  }
  const send = (message: Message, own: Record<string, string>) =>
    far.post({ text: JSON.stringify({ jsonrpc: '2.0', ...message }), headers: own, repeatable: true, signal })
  const again = async () => {
    const request = { ...handshake, id: crypto.randomUUID() }
    const response = await send(request, {})
    const answer = await firstAnswer(response, request.id, far.hasKey)
    opened(request, answer, response.headers.get('mcp-session-id'))
    await discard(await send({ method: 'notifications/initialized' }, headers()))
    for (const [key, message] of setUp) {
      await discard(await send({ ...message, id: `${request.id} ${key}` }, headers()))
    }
    renewed()
  }

  return {
    get id() {
      return id
    },
    headers,
    opened,
    remember: (request) => remember(setUp, request),
    renew(stale) {
      if (id !== stale) return Promise.resolve()
      renewing ??= again().finally(() => {
        renewing = undefined
      })
      return renewing
    },
    async leave(until) {
      if (id !== undefined) await far.leave(headers(), until).then(discard, () => {})
    },
  }
}

function remember(setUp: Map<string, Message>, { method, params }: Message): void {
  if (method === 'logging/setLevel') setUp.set(method, { method, params })
  const uri = String(params?.uri)
  if (method === 'resources/subscribe') setUp.set(uri, { method, params })
  if (method === 'resources/unsubscribe') setUp.delete(uri)
}

/** Lets go of a response whose body nobody reads. */
export const discard = async (response: Response) => void (await response.body?.cancel())

async function firstAnswer(response: Response, id: unknown, hasKey: boolean): Promise<Message> {
  if (!response.ok) throw refusalIn(refusalLine(response, await response.text(), id, hasKey))
  if (response.headers.get('content-type')?.startsWith('text/event-stream')) {
    for await (const { data } of readEvents(response.body!)) {
      const message = oneLine(data)?.value as Message | undefined
      if (message && isAnswer(message)) return message
    }
  }
  const message = oneLine(await response.text().catch(() => ''))?.value as Message | undefined
  if (!message || !isAnswer(message)) throw strangeAnswer(response)
  if (message.error) throw refusalIn(JSON.stringify(message))
  return message
}

function refusalIn(line: string): RpcError {
  const { error } = JSON.parse(line) as { error: { code: number; message: string; data?: object } }
  return new RpcError(null, error.code, error.message, error.data as Record<string, unknown> | undefined)
}
