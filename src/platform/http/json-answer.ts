import { createQuotaHeaders } from '../limits/headers'
import type { Exchange } from './exchange'
import { addSecurityHeaders } from './security-headers'

const ready = new Headers({ 'Content-Type': 'application/json' })
addSecurityHeaders(ready)
const counted = createQuotaHeaders(ready)

/**
 * The answer of an exchange in JSON, with all that answers carry: its headers are copied from shared ones, for a look at those of an answer costs as much
 * as three of them.
 */
export function answerJson(
  exchange: Exchange,
  text: string,
  status = 200,
  more?: Record<string, string>,
): Response {
  const shared = exchange.quota ? counted(exchange.quota) : ready
  const headers = more ? withMore(shared, more) : shared
  headers.set('X-Request-Id', exchange.requestId)
  // A status costs as much to say as five headers.
  exchange.complete = new Response(text, status === 200 ? { headers } : { status, headers })
  return exchange.complete
}

function withMore(shared: Headers, more: Record<string, string>): Headers {
  const headers = new Headers(shared)
  for (const name in more) headers.set(name, more[name]!)
  return headers
}
