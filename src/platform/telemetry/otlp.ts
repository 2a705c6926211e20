import type { Registry } from 'prom-client'
import type { Logger } from '../../core/module'
import { otlpPayload, type Series } from './otlp-payload'

export interface OtlpParts {
  /** Base URL of a collector, or its `/v1/metrics`. */
  endpoint: string
  intervalMs: number
  resource: Record<string, string>
  registry: Registry
  /** Brings gauges up to date before each push. */
  refresh(): Promise<void>
  log: Logger
  fetch?: (url: string, init: RequestInit) => Promise<Response>
  /** Milliseconds since the epoch. */
  now?: () => number
}

const timeoutMs = 5000
const lastPushMs = 1000

/**
 * Pushes every series to an OTLP/HTTP collector now and then. Returns a function that pushes once more and stops. A collector that is
 * away costs one warning; the next push has everything again, since counts are cumulative.
 */
export function startOtlp(parts: OtlpParts): () => Promise<void> {
  const started = (parts.now ?? Date.now)()
  const push = createPush(parts, started)
  let under: Promise<void> = Promise.resolve()
  const timer = setInterval(() => {
    under = push(timeoutMs)
  }, parts.intervalMs)
  timer.unref()
  return async () => {
    clearInterval(timer)
    await Promise.race([under, Bun.sleep(lastPushMs)])
    await push(lastPushMs)
  }
}

function createPush({ endpoint, resource, registry, refresh, log, ...parts }: OtlpParts, started: number) {
  const url = urlOf(endpoint)
  const [send, now] = [parts.fetch ?? fetch, parts.now ?? Date.now]
  let failing = false
  return async (patience: number): Promise<void> => {
    try {
      await refresh()
      const series = (await registry.getMetricsAsJSON()) as Series[]
      const body = JSON.stringify(
        otlpPayload(series, resource, { start: nanoseconds(started), now: nanoseconds(now()) }),
      )
      const signal = AbortSignal.timeout(patience)
      const response = await send(url.href, { method: 'POST', headers: headersOf(endpoint), body, signal })
      await response.body?.cancel()
      if (!response.ok) throw new Error(`answered ${response.status}`)
      if (failing) log.info('metrics are pushed again', { collector: url.host })
      failing = false
    } catch (error) {
      if (!failing) log.warn('metrics cannot be pushed', { collector: url.host, error })
      failing = true
    }
  }
}

/** The collector's metrics path, without the credentials that may stand in the URL. */
function urlOf(endpoint: string): URL {
  const url = new URL(endpoint)
  url.username = ''
  url.password = ''
  if (!url.pathname.endsWith('/v1/metrics')) url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/metrics`
  return url
}

function headersOf(endpoint: string): Record<string, string> {
  const { username, password } = new URL(endpoint)
  const basic = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString(
    'base64',
  )
  return { 'Content-Type': 'application/json', ...(username ? { Authorization: `Basic ${basic}` } : {}) }
}

const nanoseconds = (ms: number) => `${Math.trunc(ms)}000000`
