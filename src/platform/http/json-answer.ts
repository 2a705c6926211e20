import { createQuotaHeaders } from '../limits/headers'
import type { Exchange } from './exchange'
import { addSecurityHeaders } from './security-headers'

const ready = new Headers({ 'Content-Type': 'application/json' })
addSecurityHeaders(ready)
const counted = createQuotaHeaders(ready)

/**
 * The answer of an exchange in JSON, with all that answers carry: the headers are copied from ready ones and completed before the answer is made, for
 * a look at those of an answer costs as much as three of them.
 */
export function answerJson(
  exchange: Exchange,
  text: string,
  status = 200,
  more: Record<string, string> = {},
): Response {
  const headers = exchange.quota ? counted(exchange.quota) : new Headers(ready)
  for (const name in more) headers.set(name, more[name]!)
  headers.set('X-Request-Id', exchange.requestId)
  exchange.complete = new Response(text, { status, headers })
  return exchange.complete
}
