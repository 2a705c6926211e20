import type { Meter } from '../../core/module'
import { perKey, perPair } from '../../core/per-key'
import type { RequestLine } from '../telemetry/telemetry'
import type { Activity } from './activity'
import type { Exchange } from './exchange'

/** Notes a request that was answered at this time of `performance.now`: series, activity, one log line. */
export type RequestLog = (exchange: Exchange, status: number, at: number) => void

export function createRequestLog(parts: { line: RequestLine; meter: Meter; activity: Activity }): RequestLog {
  const { line, meter, activity } = parts
  const requests = meter.counter('http_requests_total', 'HTTP requests by route pattern and status.', [
    'method',
    'endpoint',
    'status',
  ])
  const seconds = meter.histogram('http_request_duration_seconds', 'Time from request to answer.', [
    'method',
    'endpoint',
  ])
  const label = createPrincipalLabel()
  const seriesOf = perPair((method: string, endpoint: string) => ({
    observe: seconds.bind({ method, endpoint }),
    count: perKey((status: number) => requests.bind({ method, endpoint, status: String(status) })),
    write: line(method, endpoint),
  }))
  return (exchange, status, at) => {
    const { principal, quiet } = exchange
    const milliseconds = at - exchange.started
    const { observe, count, write } = seriesOf(methodLabel(exchange.method), exchange.endpoint)
    observe(milliseconds / 1000)
    count(status)()
    const known = principal && principal.kind !== 'anonymous' ? principal.id : undefined
    if (!quiet) activity.record(known, at)
    write(exchange, known === undefined ? undefined : label(known), status, milliseconds)
  }
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** Label values come from a closed list: a client must not be able to make series. */
const methodLabel = (method: string) => (methods.has(method) ? method : 'OTHER')

const mostRemembered = 10_000

/** Eight characters of the SHA-256 of an owner: enough to follow one caller, too few to name them. */
function createPrincipalLabel(): (id: string) => string {
  const labels = new Map<string, string>()
  return (id) => {
    let label = labels.get(id)
    if (label === undefined) {
      label = new Bun.CryptoHasher('sha256').update(id).digest('hex').slice(0, 8)
      if (labels.size >= mostRemembered) labels.clear()
      labels.set(id, label)
    }
    return label
  }
}
