import { type JSONRPCMessage, parseJSONRPCMessage, type Transport } from '@modelcontextprotocol/server'
import { createLineBatches } from './line-batches'
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
  let revision = ''

  const write = (value: unknown) => lines.write(`${JSON.stringify(value)}\n`)
  const batches = createLineBatches(write)
  const send = async (message: unknown) => {
    const answer = isAnswer(message)
    if (!answer || !batches.settle(message.id, message)) await write(message)
    if (answer) settle(message.id)
  }
  const settle = (id: unknown) => {
    inFlight.delete(id)
    if (inFlight.size === 0) idle()
  }
  const take = (message: JSONRPCMessage) => {
    revision = revisionOf(message) ?? revision
    if (isRequest(message)) inFlight.add(message.id)
    const cancelled = cancelledBy(message)
    if (cancelled !== undefined) {
      batches.settle(cancelled)
      settle(cancelled)
    }
    transport.onmessage?.(message)
  }
  const receive = (line: string) => {
    const read = readLine(line, revision <= lastWithBatches)
    if (!Array.isArray(read)) return 'error' in read ? write(errorOf(read)) : take(read.message)
    const messages = read.flatMap((item) => ('message' in item ? item.message : []))
    const faults = read.flatMap((item) => ('error' in item ? errorOf(item) : []))
    batches.open(
      messages.filter(isRequest).map(({ id }) => id),
      faults,
    )
    for (const message of messages) take(message)
  }
  const run = async () => {
    await eachLine(lines.input, lines.longest, receive, () => write(errorOf(tooLong)))
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

/** Later revisions have no batches; before `initialize` nobody has agreed on one. */
const lastWithBatches = '2025-03-26'

const errorOf = (fault: Unreadable) => ({ jsonrpc: '2.0', ...fault })

const isRequest = (message: JSONRPCMessage) => 'method' in message && 'id' in message

function revisionOf(message: JSONRPCMessage): string | undefined {
  if (!('method' in message) || message.method !== 'initialize') return undefined
  return (message.params as { protocolVersion?: string } | undefined)?.protocolVersion
}

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

type Read = { message: JSONRPCMessage } | Unreadable

/** What stands on a line; several for a batch. */
function readLine(line: string, batches: boolean): Read | Read[] {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return unreadable(rpcCodes.parseError, 'Parse error: the line is not valid JSON')
  }
  return batches && Array.isArray(value) && value.length > 0 ? value.map(readMessage) : readMessage(value)
}

function readMessage(value: unknown): Read {
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
