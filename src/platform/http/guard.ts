import { AppError } from '../../core/errors'
import type { Logger } from '../../core/module'
import { noteAnswer, noteArrival, turnBegan } from '../../core/turn'
import { graceUntil } from '../identity/subscription'
import { setQuotaHeaders } from '../limits/headers'
import { currentRequestId, withRequestId } from '../telemetry/request-id'
import { checkLength } from './body'
import type { ClientAddress } from './client-address'
import { addCors, isPreflight, preflight } from './cors'
import { Exchange, type Peers, type Surroundings } from './exchange'
import type { OriginCheck } from './origins'
import { internalError, problemResponse } from './problem'
import { checkQuery } from './query-credentials'
import { requestIdOf } from './request-id'
import type { RequestLog } from './request-log'
import { addSecurityHeaders, addTransportSecurity } from './security-headers'

export type Fetch = (request: Request, server?: Peers) => Promise<Response>

export interface GuardParts {
  clientAddress: ClientAddress
  /** Told of one request of each turn of the event loop. */
  noticeForwarder(exchange: Exchange): void
  checkHost(host: string): void
  checkOrigin: OriginCheck
  maxBytes: number
  /** PUBLIC_URL is https. */
  https: boolean
  /** Methods of a path, for 405 and OPTIONS; empty for an unknown one. */
  methodsOf(path: string): string[]
  /** Route pattern of a path, for what is answered before a route takes it; undefined for an unknown one. */
  patternOf(path: string): string | undefined
  /** Completes the challenge on a 401 or 403. */
  challenge(headers: Headers, request: Request): void
  route: (exchange: Exchange) => Response | Promise<Response>
  note: RequestLog
  log: Logger
}

/**
 * Stands around everything: request id, Host, Origin, size, preflight; then headers, series and the log line of the answer. Never throws.
 */
export function createGuard(parts: GuardParts): Fetch {
  const surroundings: Surroundings = {
    clientAddress: parts.clientAddress,
    finish: (exchange, response, at) => finish(parts, exchange, response, at),
    refuse: (exchange, error) => finish(parts, exchange, failed(parts, exchange, error), performance.now()),
  }
  const serveWithin = (exchange: Exchange) => serve(parts, exchange)
  return (incoming, server) => {
    const leads = noteArrival()
    const request = incoming.url.startsWith('/') ? withHost(incoming) : incoming
    const id = requestIdOf(request)
    const exchange = new Exchange(request, id, turnBegan(), leads, surroundings, incoming, server)
    return withRequestId(id, serveWithin, exchange)
  }
}

function serve(parts: GuardParts, exchange: Exchange): Promise<Response> {
  exchange.logged = currentRequestId()
  let answer: Response | Promise<Response>
  try {
    if (exchange.leads) parts.noticeForwarder(exchange)
    check(parts, exchange)
    answer = exchange.method === 'OPTIONS' ? options(parts, exchange) : parts.route(exchange)
  } catch (error) {
    return Promise.resolve(exchange.refuse(error))
  }
  return exchange.finishes ? (answer as Promise<Response>) : finished(parts, exchange, answer)
}

async function finished(
  parts: GuardParts,
  exchange: Exchange,
  answer: Response | Promise<Response>,
): Promise<Response> {
  let response: Response
  try {
    response = await answer
    if (exchange.finishes) return response
    if (exchange.endpoint === 'unmatched') response = unmatched(parts, exchange)
  } catch (error) {
    return exchange.refuse(error)
  }
  return exchange.finish(response, performance.now())
}

/** A request without Host (HTTP/1.0 health checks), or with one that no URL can hold: the check below judges the header. */
const withHost = (request: Request) => new Request(`http://localhost${request.url}`, request)

function failed(parts: GuardParts, exchange: Exchange, error: unknown): Response {
  name(parts, exchange)
  let cause = error
  try {
    if (error instanceof AppError) return problemResponse(error, exchange.requestId)
  } catch (untold) {
    // Its headers or data are such that no answer can hold them.
    cause = untold
  }
  const { endpoint, operation } = exchange
  parts.log.error('request failed', { endpoint, operation, cause })
  return problemResponse(internalError(), exchange.requestId)
}

function check(parts: GuardParts, exchange: Exchange): void {
  const { request, origin, url } = exchange
  const host = request.headers.get('host')
  if (host !== null) parts.checkHost(host)
  if (origin !== null) parts.checkOrigin(origin, host)
  checkQuery(url)
  exchange.announced = checkLength(request, parts.maxBytes)
}

/** What no route took still belongs to the route of its path. */
function name(parts: GuardParts, exchange: Exchange): void {
  if (exchange.endpoint !== 'unmatched') return
  exchange.endpoint = parts.patternOf(exchange.path) ?? exchange.endpoint
}

function options(parts: GuardParts, exchange: Exchange): Response {
  const { request } = exchange
  name(parts, exchange)
  const methods = parts.methodsOf(exchange.path)
  if (methods.length === 0) throw nothingHere()
  if (isPreflight(request)) return preflight(request, methods)
  return new Response(null, { status: 204, headers: { Allow: methods.join(', ') } })
}

const nothingHere = () =>
  new AppError('not_found', 'There is nothing at this path; GET / lists what there is')

function unmatched(parts: GuardParts, exchange: Exchange): Response {
  const { path, requestId } = exchange
  name(parts, exchange)
  const methods = parts.methodsOf(path)
  if (methods.length === 0) return problemResponse(nothingHere(), requestId)
  const Allow = methods.join(', ')
  const wrong = new AppError('method_not_allowed', `This path has ${Allow}`, { headers: { Allow } })
  return problemResponse(wrong, requestId)
}

function finish(parts: GuardParts, exchange: Exchange, given: Response, at: number): Response {
  const response = completed(parts, exchange, given)
  noteAnswer(at)
  parts.note(exchange, response.status, at)
  return response
}

function completed(parts: GuardParts, exchange: Exchange, given: Response): Response {
  const response = given === exchange.complete ? given : complete(exchange, given)
  const { request, principal, origin } = exchange
  const grace = principal?.subscription && graceUntil(principal.subscription)
  if (grace) response.headers.set('X-Subscription-Grace-Until', grace)
  if (parts.https || cameByTls(parts, exchange)) addTransportSecurity(response.headers)
  if (response.status === 401 || response.status === 403) parts.challenge(response.headers, request)
  if (origin !== null && isAllowed(parts, origin, request.headers.get('host')))
    addCors(response.headers, origin)
  return response
}

/** Gives an answer that a route made by itself what all answers carry. */
function complete({ requestId, quota }: Exchange, given: Response): Response {
  const response = writable(given)
  const { headers } = response
  headers.set('X-Request-Id', requestId)
  addSecurityHeaders(headers)
  if (quota) setQuotaHeaders(headers, quota)
  return response
}

/** A proxy that we trust says how the client came. */
function cameByTls({ clientAddress }: GuardParts, exchange: Exchange): boolean {
  if (!clientAddress.trustsSome || exchange.header('x-forwarded-proto') !== 'https') return false
  return clientAddress.trusts(exchange.peer())
}

function isAllowed({ checkOrigin }: GuardParts, origin: string, host: string | null): boolean {
  try {
    checkOrigin(origin, host)
    return true
  } catch {
    return false
  }
}

/** Answers that a route passed on from a `fetch` of its own may have headers that cannot be changed. */
function writable(response: Response): Response {
  try {
    response.headers.set('X-Content-Type-Options', 'nosniff')
    return response
  } catch {
    return new Response(response.body, response)
  }
}
