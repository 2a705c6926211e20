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
 * Waits for the first event (or comment). A stream that holds nothing but an answer need not be a stream: the caller gets
 * its text, and can still choose status and headers.
 */
export async function peekStream(body: ReadableStream<Uint8Array>): Promise<Peeked> {
  const reader: Reader = body.getReader()
  const seen: Uint8Array[] = []
  const decoder = new TextDecoder()
  let text = ''
  while (!text.includes('\n\n')) {
    const { done, value } = await reader.read()
    if (done || !value) break
    seen.push(value)
    text += decoder.decode(value, { stream: true })
  }
  const [first] = messagesIn(text)
  if (first !== undefined && isAnswer(first)) {
    reader.cancel().catch(() => {})
    return { only: JSON.stringify(first), body }
  }
  return { body: resume(seen, reader) }
}

/** The chunks that were read already, then the rest. */
function resume(seen: Uint8Array[], reader: Reader): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of seen) controller.enqueue(chunk)
    },
    async pull(controller) {
      const { done, value } = await reader.read()
      if (done || !value) controller.close()
      else controller.enqueue(value)
    },
    cancel: (reason) => reader.cancel(reason),
  })
}

function messagesIn(text: string): Members[] {
  return text.split('\n\n').flatMap((event) => {
    const data = event.split('\n').filter((line) => line.startsWith('data:'))
    const joined = data.map((line) => line.slice(5).trimStart()).join('\n')
    return joined ? [JSON.parse(joined)] : []
  })
}
