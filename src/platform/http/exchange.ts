import type { Principal } from '../../core/principal'
import type { Quota } from '../limits/limits'

/** One HTTP request while it is answered: what the guard found out, and what must go onto the answer beside its body. */
export interface Exchange {
  readonly request: Request
  readonly requestId: string
  /** The header `Origin`: what browsers send along. */
  readonly origin: string | null
  /** The client's address after trusted proxies. */
  address(): string
  /** Route pattern; `unmatched` until a route took the request. */
  endpoint: string
  /** Name of the operation that the route stands for. */
  operation?: string
  principal?: Principal
  /** Set once a call was counted. */
  quota: Quota | null
  /** The answer that has all of its headers, where one was made so. */
  complete?: Response
  /** Probes and assets: logged at debug level, not counted as use. */
  quiet: boolean
}

/** On the request itself: a map of the requests in flight costs a tenth of a call, for the collector looks through it again and again. */
const key = Symbol('exchange')

/** Remembers what belongs to a request while the router hands on the request alone. */
export function attach(exchange: Exchange): void {
  ;(exchange.request as Carrying)[key] = exchange
}

/** The exchange of a request that came through the guard. */
export function exchangeOf(request: Request): Exchange {
  const exchange = (request as Carrying)[key]
  if (!exchange) throw new Error('a request reached a route without passing the guard')
  return exchange
}

type Carrying = Request & { [key]?: Exchange }

/** A request header in any letter case. */
export const headerOf = (request: Request) => (name: string) => request.headers.get(name) ?? undefined
