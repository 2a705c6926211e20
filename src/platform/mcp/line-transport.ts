import { type JSONRPCMessage, parseJSONRPCMessage, type Transport } from '@modelcontextprotocol/server'
import { rpcCodes } from './refusal'
import { checkRequest } from './request-check'

/** Both ends of a conversation by newline-delimited JSON. */
export interface Lines {
  input: ReadableStream<Uint8Array>
  /** Gets whole lines, each with its line break. */
  write(line: string): unknown
  /** Bytes of the longest line that is read. */
  longest: number
  /** How long requests in flight may take after the input's end. */
  graceMs: number
}

/**
 * The SDK's transport over lines. Unlike the SDK's own it answers what it cannot read (-32700, -32600) and, when the
 * input ends, first answers what is in flight. `ended` resolves when all of that is over.
 */
export function createLineTransport(lines: Lines): Transport & { ended: Promise<void> } {
  const inFlight = new Set<unknown>()
  const over = Promise.withResolvers<void>()
  let idle = () => {}
  let closed = false

  const send = async (message: unknown) => {
    await lines.write(`${JSON.stringify(message)}\n`)
    if (isAnswer(message)) settle(message.id)
  }
  const settle = (id: unknown) => {
    inFlight.delete(id)
    if (inFlight.size === 0) idle()
  }
  const receive = (line: string) => {
    const read = readLine(line)
    if ('error' in read) return send({ jsonrpc: '2.0', ...read })
    if ('method' in read.message && 'id' in read.message) inFlight.add(read.message.id)
    const cancelled = cancelledBy(read.message)
    if (cancelled !== undefined) settle(cancelled)
    transport.onmessage?.(read.message)
  }
  const run = async () => {
    await eachLine(lines.input, lines.longest, receive, () => send({ jsonrpc: '2.0', ...tooLong }))
    if (inFlight.size > 0)
      await Promise.race([new Promise<void>((done) => (idle = done)), Bun.sleep(lines.graceMs)])
    await transport.close()
  }

  const transport: Transport & { ended: Promise<void> } = {
    ended: over.promise,
    async start() {
      run().catch((error) => {
        transport.onerror?.(error)
        return transport.close()
      })
    },
    send,
    async close() {
      if (closed) return
      closed = true
      transport.onclose?.()
      over.resolve()
    },
  }
  return transport
}

type Unreadable = { id: string | number | null; error: { code: number; message: string } }

const isAnswer = (message: unknown): message is { id: unknown } =>
  typeof message === 'object' && message !== null && 'id' in message && !('method' in message)

/** A cancelled request is not answered any more. */
function cancelledBy(message: JSONRPCMessage): unknown {
  if (!('method' in message) || message.method !== 'notifications/cancelled') return undefined
  return (message.params as { requestId?: unknown } | undefined)?.requestId
}

const unreadable = (code: number, message: string, id: Unreadable['id'] = null): Unreadable => ({
  id,
  error: { code, message },
})

const tooLong = unreadable(rpcCodes.invalidRequest, 'Invalid request: the line is too long')

function readLine(line: string): { message: JSONRPCMessage } | Unreadable {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return unreadable(rpcCodes.parseError, 'Parse error: the line is not valid JSON')
  }
  try {
    const message = parseJSONRPCMessage(value)
    const refusal = checkRequest(message)
    if (refusal) return unreadable(refusal.code, refusal.message, (message as { id: string | number }).id)
    return { message }
  } catch {
    const { id } = Object(value) as { id?: unknown }
    const echoed = typeof id === 'string' || typeof id === 'number' ? id : null
    return unreadable(
      rpcCodes.invalidRequest,
      'Invalid request: each line must be one JSON-RPC message',
      echoed,
    )
  }
}

/** Calls `each` with every line that is not blank. A line above the limit is dropped as it comes in. */
async function eachLine(
  input: ReadableStream<Uint8Array>,
  longest: number,
  each: (line: string) => unknown,
  dropped: () => unknown,
): Promise<void> {
  const decoder = new TextDecoder()
  let rest = ''
  let dropping = false
  const end = (line: string) => {
    if (dropping) dropping = false
    else if (line.length > longest) dropped()
    else if (line.trim()) each(line)
  }
  for await (const chunk of input) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop()!
    for (const line of lines) end(line)
    if (rest.length <= longest) continue
    if (!dropping) dropped()
    dropping = true
    rest = ''
  }
  end(rest)
}
