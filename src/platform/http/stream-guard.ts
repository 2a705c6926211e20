import { AppError } from '../../core/errors'

/** Milliseconds between two looks at the credential of an open event stream. */
const everyMs = 15_000

/**
 * The same answer, but an event stream does not outlive the credential that opened it: `look` is called now and then, and the stream ends
 * when it is refused. A database that does not answer ends nothing.
 */
export function endWhenRefused(
  response: Response,
  look: () => Promise<unknown>,
  every: number = everyMs,
): Response {
  const { status, headers } = response
  if (!headers.get('content-type')?.startsWith('text/event-stream')) return response
  // A look at the body of any other answer would turn its text into a stream.
  const { body } = response
  if (!body) return response
  const reader: Reader = body.getReader()
  // Whoever reads is told the end by the stream itself.
  const end = () => reader.cancel().catch(() => {})
  const check = () =>
    look().catch((error) => {
      if (isRefusal(error)) return end()
    })
  const timer = setInterval(check, every)
  timer.unref()
  return new Response(
    relay(reader, () => clearInterval(timer)),
    { status, headers },
  )
}

const isRefusal = (error: unknown) =>
  error instanceof AppError && ['unauthorized', 'malformed', 'rate_limited'].includes(error.kind)

interface Reader {
  read(): Promise<{ done: boolean; value?: Uint8Array<ArrayBuffer> }>
  cancel(reason?: unknown): Promise<void>
}

/** What the reader gives, as a stream; `ended` is told however it ends. */
function relay(reader: Reader, ended: () => void): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await reader.read()
        if (!done && value) return controller.enqueue(value)
      } catch (error) {
        ended()
        throw error
      }
      ended()
      controller.close()
    },
    cancel(reason) {
      ended()
      return reader.cancel(reason)
    },
  })
}
