import { AppError } from '../../core/errors'
import { type Told, Wait, within } from '../../core/within'
import { slowBody } from './problem'

/** A body has this long, and as much again for each `bytesPerSecond` of it: slow lines are fine, dripping ones are not. */
const baseSeconds = 30
const bytesPerSecond = 32 * 1024

export interface BodyLimits {
  /** Bytes. */
  maxBytes: number
  /** Seconds that the first byte to the last may take for an empty body. Default 30. */
  seconds?: number
}

const tooLarge = (maxBytes: number) =>
  new AppError('too_large', `The body is larger than ${maxBytes} bytes (MAX_REQUEST_SIZE)`)

const tooSlow = () =>
  new AppError('timeout', 'The body did not arrive in time; send the request again', {
    code: slowBody,
    headers: { Connection: 'close' },
  })

const broken = (cause: unknown) =>
  new AppError('malformed', 'The body ended before its announced end', { cause })

/** The announced length, null without one; throws `too_large` by it alone, before anything is read. */
export function checkLength(request: Request, maxBytes: number): number | null {
  const announced = request.headers.get('content-length')
  return announced === null ? null : fitting(Number(announced), maxBytes)
}

function fitting(announced: number, maxBytes: number): number {
  if (announced > maxBytes) throw tooLarge(maxBytes)
  return announced
}

/** The whole body. Throws `too_large` as soon as it is, 408 when it drips, `malformed` when it breaks off. */
export async function readBody(request: Request, limits: BodyLimits): Promise<Uint8Array> {
  const announced = checkLength(request, limits.maxBytes)
  if (announced === null) return readUnannounced(request, limits)
  return inTime(request.bytes(), announced, limits)
}

const decoder = new TextDecoder()

/** A request and what is known of its body. */
export interface Announced {
  request: Request
  /** Bytes; null where they were not announced, until they are counted. */
  announced: number | null
  /** When it came, on the clock of `performance.now`. */
  started: number
}

/** The same as text, told; what the announced length refuses is thrown at once. */
export function readText(sent: Announced, limits: BodyLimits, told: Told): void {
  const { request, announced, started } = sent
  if (announced === null) {
    readUnannounced(request, limits).then(
      (bytes) => {
        sent.announced = bytes.length
        told.end(decoder.decode(bytes))
      },
      (error) => told.fail(error),
    )
    return
  }
  const wait = new Wait(started + deadline(limits, fitting(announced, limits.maxBytes)), tooSlow)
  wait.tell(told)
  wait.follow(request.text(), explain)
}

const inTime = <T>(body: Promise<T>, announced: number, limits: BodyLimits): Promise<T> =>
  within(deadline(limits, announced), body, tooSlow, explain)

const deadline = ({ seconds = baseSeconds }: BodyLimits, bytes: number) =>
  (seconds + bytes / bytesPerSecond) * 1000

const explain = (error: unknown) => (error instanceof AppError ? error : broken(error))

/** Without an announced length: counted while it comes. */
async function readUnannounced(request: Request, limits: BodyLimits): Promise<Uint8Array> {
  const body: ReadableStream<Uint8Array> | null = request.body
  if (body === null) return new Uint8Array()
  const reader = body.getReader()
  const started = performance.now()
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for (;;) {
      const left = deadline(limits, size) - (performance.now() - started)
      const { done, value } = await within(Math.max(0, left), reader.read(), tooSlow)
      if (done) return Buffer.concat(chunks)
      size += value.length
      if (size > limits.maxBytes) throw tooLarge(limits.maxBytes)
      chunks.push(value)
    }
  } catch (error) {
    reader.cancel().catch(() => {})
    throw explain(error)
  }
}
