/** How a push ended; `retryAfterMs` is the collector's own wish. */
export type Sent = { state: 'taken' } | { state: 'refused' | 'later'; reason: string; retryAfterMs?: number }

/** Sends one packed body. Never throws. */
export interface Sender {
  (body: Uint8Array<ArrayBuffer>, patienceMs: number): Promise<Sent>
  /** The collector's host and port, for log lines. */
  readonly host: string
}

export interface SenderParts {
  /** Base URL of a collector, or its `/v1/metrics`; may hold credentials. */
  endpoint: string
  headers: Record<string, string>
  fetch(url: string, init: RequestInit): Promise<Response>
}

/** Statuses that OTLP/HTTP lets a client try again. */
const retryable = new Set([429, 502, 503, 504])

export function createSender({ endpoint, headers: own, fetch }: SenderParts): Sender {
  const url = urlOf(endpoint)
  const headers = { ...headersOf(endpoint), ...own }
  const send = async (body: Uint8Array<ArrayBuffer>, patienceMs: number): Promise<Sent> => {
    try {
      const signal = AbortSignal.timeout(patienceMs)
      const response = await fetch(url.href, { method: 'POST', headers, body, signal })
      await response.body?.cancel()
      return verdict(response)
    } catch (error) {
      return { state: 'later', reason: error instanceof Error ? error.name : 'not reached' }
    }
  }
  return Object.assign(send, { host: url.host })
}

function verdict({ ok, status, headers }: Response): Sent {
  if (ok) return { state: 'taken' }
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  const retryAfterMs = seconds > 0 ? seconds * 1000 : undefined
  const reason = `answered ${status}`
  return retryable.has(status) ? { state: 'later', reason, retryAfterMs } : { state: 'refused', reason }
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
  const plain = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return {
    'Content-Type': 'application/json',
    'Content-Encoding': 'gzip',
    ...(username ? { Authorization: `Basic ${Buffer.from(plain).toString('base64')}` } : {}),
  }
}
