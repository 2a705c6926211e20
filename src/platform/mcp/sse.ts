type Members = Record<string, unknown>

interface Reader {
  read(): Promise<{ done: boolean; value?: Uint8Array }>
  cancel(reason?: unknown): Promise<void>
}

/** True for a response of JSON-RPC, false for requests and notifications. */
export const isAnswer = (message: unknown): boolean =>
  typeof message === 'object' && message !== null && 'id' in message && !('method' in message)

/** Reads an event stream to its end and gives the messages in it. */
export async function collectMessages(body: ReadableStream<Uint8Array>): Promise<Members[]> {
  return messagesIn(await new Response(body).text())
}

export interface Peeked {
  /** The text of the one message of the stream, when it is an answer. */
  only?: string
  /** Otherwise the stream, complete from its start. */
  body: ReadableStream<Uint8Array>
}

/**
 * Waits for the first message, at most `waitMs`. A stream that holds nothing but an answer need not be a stream: the
 * caller gets its text, and can still choose status and headers.
 */
export async function peekStream(body: ReadableStream<Uint8Array>, waitMs?: number): Promise<Peeked> {
  const reader: Reader = body.getReader()
  const late = waitMs === undefined ? undefined : Bun.sleep(waitMs)
  const seen: Uint8Array[] = []
  const decoder = new TextDecoder()
  let text = ''
  for (;;) {
    const next = reader.read()
    const read = await (late ? Promise.race([next, late]) : next)
    if (!read) return { body: resume(seen, reader, next) }
    if (read.done || !read.value) return { body: resume(seen, reader) }
    seen.push(read.value)
    text += decoder.decode(read.value, { stream: true })
    const [first] = messagesIn(text)
    if (first === undefined) continue
    if (!isAnswer(first)) return { body: resume(seen, reader) }
    reader.cancel().catch(() => {})
    return { only: JSON.stringify(first), body }
  }
}

/** The chunks that were read already, then the rest, of which the first may be on its way. */
function resume(
  seen: Uint8Array[],
  reader: Reader,
  pending?: ReturnType<Reader['read']>,
): ReadableStream<Uint8Array> {
  let next = pending
  return new ReadableStream({
    start(controller) {
      for (const chunk of seen) controller.enqueue(chunk)
    },
    async pull(controller) {
      const reading = next ?? reader.read()
      next = undefined
      const { done, value } = await reading
      if (done || !value) controller.close()
      else controller.enqueue(value)
    },
    cancel: (reason) => reader.cancel(reason),
  })
}

/** The messages of the events that are complete. */
function messagesIn(text: string): Members[] {
  return text
    .slice(0, text.lastIndexOf('\n\n') + 2)
    .split('\n\n')
    .flatMap((event) => {
      const data = event.split('\n').filter((line) => line.startsWith('data:'))
      const joined = data.map((line) => line.slice(5).trimStart()).join('\n')
      return joined ? [JSON.parse(joined)] : []
    })
}
