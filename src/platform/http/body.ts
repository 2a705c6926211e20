import { AppError } from '../../core/errors'
import { within } from '../../core/within'
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
  if (announced === null) return null
  if (Number(announced) > maxBytes) throw tooLarge(maxBytes)
  return Number(announced)
}

/** The whole body. Throws `too_large` as soon as it is, 408 when it drips, `malformed` when it breaks off. */
export function readBody(request: Request, limits: BodyLimits): Promise<Uint8Array> {
  return read(
    request,
    limits,
    () => request.bytes(),
    (bytes) => bytes,
  )
}

const decoder = new TextDecoder()

/** The same as text. */
export function readText(request: Request, limits: BodyLimits): Promise<string> {
  return read(
    request,
    limits,
    () => request.text(),
    (bytes) => decoder.decode(bytes),
  )
}

/** `whole` reads a body of announced length, `from` makes the same of one that was counted while it came. */
async function read<T>(
  request: Request,
  { maxBytes, seconds = baseSeconds }: BodyLimits,
  whole: () => Promise<T>,
  from: (bytes: Uint8Array) => T,
): Promise<T> {
  const announced = checkLength(request, maxBytes)
  if (announced !== null) return before(deadline(seconds, announced), whole())
  return from(request.body === null ? new Uint8Array() : await readStream(request.body, maxBytes, seconds))
}

const deadline = (seconds: number, bytes: number) => (seconds + bytes / bytesPerSecond) * 1000

async function before<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  try {
    return await within(milliseconds, work, tooSlow)
  } catch (error) {
    throw error instanceof AppError ? error : broken(error)
  }
}

/** Without an announced length: counted while it comes. */
async function readStream(
  body: ReadableStream<Uint8Array>,
  maxBytes: number,
  seconds: number,
): Promise<Uint8Array> {
  const reader = body.getReader()
  const started = performance.now()
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for (;;) {
      const left = deadline(seconds, size) - (performance.now() - started)
      const { done, value } = await before(Math.max(0, left), reader.read())
      if (done) return Buffer.concat(chunks)
      size += value.length
      if (size > maxBytes) throw tooLarge(maxBytes)
      chunks.push(value)
    }
  } catch (error) {
    reader.cancel().catch(() => {})
    throw error
  }
}
