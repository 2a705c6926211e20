import type { Principal } from '../../core/principal'
import type { Quota } from '../limits/limits'

/** One HTTP request while it is answered: what the guard found out, and what must go onto the answer beside its body. */
export class Exchange {
  readonly transport = 'rest'
  /** The header `Origin`: what browsers send along. */
  readonly origin: string | null
  /** Route pattern; `unmatched` until a route took the request. */
  endpoint = 'unmatched'
  /** Name of the operation that the route stands for. */
  operation: string | undefined
  principal: Principal | undefined
  /** Set once a call was counted. */
  quota: Quota | null = null
  /** The answer that has all of its headers, where one was made so. */
  complete: Response | undefined
  /** Probes and assets: logged at debug level, not counted as use. */
  quiet = false

  constructor(
    readonly request: Request,
    readonly requestId: string,
    /** Finds the client's address after trusted proxies. */
    readonly address: () => string,
  ) {
    this.origin = request.headers.get('origin')
  }

  /** Made by the first who looks, for most answers are given before. */
  get signal(): AbortSignal {
    return this.request.signal
  }

  /** A request header in any letter case. */
  readonly header = (name: string): string | undefined => this.request.headers.get(name) ?? undefined

  counted(quota: Quota): void {
    this.quota = quota
  }
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
