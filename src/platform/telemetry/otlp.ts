import type { Logger } from '../../core/module'
import type { Family } from './family'
import { otlpPayload } from './otlp-payload'
import { createQueue } from './otlp-queue'
import { createSender } from './otlp-sender'

export interface OtlpParts {
  /** Base URL of a collector, or its `/v1/metrics`. */
  endpoint: string
  intervalMs: number
  /** Sent with each push, beside OTLP's own. */
  headers?: Record<string, string>
  resource: Record<string, string>
  /** Every series, gauges up to date. */
  families(): Promise<Family[]>
  log: Logger
  fetch?: (url: string, init: RequestInit) => Promise<Response>
  /** Milliseconds since the epoch. */
  now?: () => number
  /** Milliseconds before the first retry; each further one waits twice as long. Default 1000. */
  retryMs?: number
}

const lastPushMs = 1000

/**
 * Pushes every series to an OTLP/HTTP collector now and then. A push that fails waits in a bounded queue and is tried again, so that a
 * collector that was away gets the points in between too. Returns a function that pushes once more and stops.
 */
export function startOtlp({ endpoint, intervalMs, resource, families, log, ...options }: OtlpParts) {
  const now = options.now ?? Date.now
  const started = now()
  const send = createSender({ endpoint, headers: options.headers ?? {}, fetch: options.fetch ?? fetch })
  const queue = createQueue({ send, log, collector: send.host, retryMs: options.retryMs ?? 1000 })
  const add = async () => {
    const moment = { start: nanoseconds(started), now: nanoseconds(now()) }
    queue.add(pack(otlpPayload(await families(), resource, moment)))
  }
  const timer = setInterval(() => {
    add().catch((error) => log.warn('metrics cannot be gathered', { error }))
  }, intervalMs)
  timer.unref()
  return async () => {
    clearInterval(timer)
    await add()
    await queue.close(lastPushMs)
  }
}

const pack = (payload: object): Uint8Array<ArrayBuffer> =>
  Bun.gzipSync(Buffer.from(JSON.stringify(payload)), { level: 1 })

const nanoseconds = (ms: number) => `${Math.trunc(ms)}000000`
