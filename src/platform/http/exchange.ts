import type { Principal } from '../../core/principal'
import type { Quota } from '../limits/limits'
import type { ClientAddress } from './client-address'
import { pathOf } from './probes'

/** What is asked of Bun's server. */
export interface Peers {
  requestIP(request: Request): { address: string } | null
}

/** What stands around every exchange. */
export interface Surroundings {
  readonly clientAddress: ClientAddress
  /** Completes an answer that was made at this time of `performance.now`, and notes it. Never throws. */
  finish(exchange: Exchange, response: Response, at: number): Response
  /** The same for what an error stands for. */
  refuse(exchange: Exchange, error: unknown): Response
}

/** One HTTP request while it is answered: what the guard found out, and what must go onto the answer beside its body. */
export class Exchange {
  readonly transport = 'rest'
  readonly method: string
  /** Absolute. */
  readonly url: string
  /** The header `Origin`: what browsers send along. */
  readonly origin: string | null
  /** Bytes that the body is to have; null where they were not announced, until they are counted. */
  announced: number | null = null
  /** Route pattern; `unmatched` until a route took the request. */
  endpoint = 'unmatched'
  /** Name of the operation that the route stands for. */
  operation: string | undefined
  principal: Principal | undefined
  /** Whoever answers it finishes it, too. */
  finishes = false
  /** The request id as log lines may have it. */
  logged: string | undefined
  /** Set once a call was counted. */
  quota: Quota | null = null
  /** The answer that has all of its headers, where one was made so. */
  complete: Response | undefined
  /** Probes and assets: logged at debug level, not counted as use. */
  quiet = false

  constructor(
    readonly request: Request,
    readonly requestId: string,
    /** When it came, on the clock of `performance.now`. */
    readonly started: number,
    /** It came first in its turn of the event loop. */
    readonly leads: boolean,
    private readonly surroundings: Surroundings,
    /** As the server knows it. */
    private readonly incoming: Request,
    private readonly peers: Peers | undefined,
  ) {
    // Each look at the request itself crosses into the runtime.
    this.method = request.method
    this.url = request.url
    this.origin = request.headers.get('origin')
  }

  /** The address that the connection comes from. */
  peer(): string | undefined {
    return this.peers?.requestIP(this.incoming)?.address
  }

  /** The client's address after trusted proxies. */
  get address(): string {
    return this.surroundings.clientAddress.resolve(this.peer(), this.request.headers)
  }

  get path(): string {
    return pathOf(this.url)
  }

  /** Made by the first who looks, for most answers are given before. */
  get signal(): AbortSignal {
    return this.request.signal
  }

  /** A request header in any letter case. */
  header(name: string): string | undefined {
    return this.request.headers.get(name) ?? undefined
  }

  counted(quota: Quota): void {
    this.quota = quota
  }

  finish(response: Response, at: number): Response {
    return this.surroundings.finish(this, response, at)
  }

  refuse(error: unknown): Response {
    return this.surroundings.refuse(this, error)
  }
}

/** On the request itself: a map of the requests in flight costs a tenth of a call, for the collector looks through it again and again. */
const key = Symbol('exchange')

/** The request with what belongs to it, for the router hands on the request alone. */
export function attached(exchange: Exchange): Request {
  const request: Carrying = exchange.request
  request[key] = exchange
  return request
}

/** The exchange of a request that came through the guard. */
export function exchangeOf(request: Request): Exchange {
  const exchange = (request as Carrying)[key]
  if (!exchange) throw new Error('a request reached a route without passing the guard')
  return exchange
}

type Carrying = Request & { [key]?: Exchange }
