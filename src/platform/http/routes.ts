import type { Elysia } from 'elysia'
import { AppError } from '../../core/errors'
import type { Logger } from '../../core/module'
import { type Exchange, exchangeOf } from './exchange'
import { internalError, problemResponse } from './problem'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
export type Params = Record<string, string>
export type Handler = (exchange: Exchange, params: Params) => Response | Promise<Response>

/** A path of the server. */
export interface Route {
  method: Method
  /** Absolute, parameters as `:name`. */
  path: string
  handle: Handler
  /** Makes the OpenAPI operation when the document is asked for; absent for what it does not show. */
  detail?(): Record<string, unknown>
  /** Name of the operation that the route stands for. */
  operation?: string
  /** False where GET opens a stream, and HEAD could tell nothing. */
  head?: false
  /** Probes and assets: logged at debug level, not counted as use. */
  quiet?: boolean
}

/** The exchange of a request, now that a route took it. */
function takenBy(route: Route, exchange: Exchange): Exchange {
  exchange.endpoint = route.path
  if (route.operation) exchange.operation = route.operation
  exchange.quiet = route.quiet ?? false
  return exchange
}

/** Answers whatever the handler does: an AppError becomes its problem, anything else is logged and becomes "Internal error". */
async function run(route: Route, log: Logger, request: Request, params: Params): Promise<Response> {
  const exchange = takenBy(route, exchangeOf(request))
  try {
    checkParams(params)
    return await route.handle(exchange, params)
  } catch (error) {
    if (error instanceof AppError) return problemResponse(error, exchange.requestId)
    log.error('request failed', { endpoint: route.path, operation: route.operation, cause: error })
    return problemResponse(internalError(), exchange.requestId)
  }
}

/** The router gives null for a parameter whose percent-encoding is broken. */
function checkParams(params: Record<string, string | null> | undefined): void {
  for (const name in params) {
    if (params[name] === null)
      throw new AppError('malformed', `The path parameter ${name} is not valid percent-encoding`)
  }
}

/** Adds routes to the router. The handler takes no more from its context than it needs: the router builds only that. */
export function addRoutes(app: Elysia, routes: readonly Route[], log: Logger): void {
  for (const route of routes) {
    app.route(
      route.method,
      route.path,
      ({ request, params }: { request: Request; params: Params }) => run(route, log, request, params),
      { parse: 'none' },
    )
  }
}

const none: Params = {}

/**
 * Takes requests to paths without parameters, which their text alone finds; undefined for what needs the router. Measured: a tenth of an MCP
 * call. What a handler throws is left to the guard.
 */
export function createExactRoutes(routes: readonly Route[]) {
  const exact = new Map<string, Map<string, Route>>()
  for (const route of routes) {
    if (/[:*]/.test(route.path)) continue
    const methods = exact.get(route.path) ?? new Map<string, Route>()
    exact.set(route.path, methods.set(route.method, route))
  }
  let newest: { url: string; routes: ReadonlyMap<string, Route> | undefined } | undefined
  return (exchange: Exchange): Response | Promise<Response> | undefined => {
    const { url, method } = exchange
    if (newest?.url !== url) newest = { url, routes: exact.get(exchange.path) }
    const route = newest.routes?.get(method)
    return route?.handle(takenBy(route, exchange), none)
  }
}

/** Finds what is known of a path without asking the router. */
export interface PathIndex {
  /** For `Allow`; empty for an unknown path. */
  methodsOf(path: string): string[]
  /** The pattern that the router would choose: the one with the fewest parameters. */
  patternOf(path: string): string | undefined
}

export function indexPaths(routes: readonly Route[]): PathIndex {
  const patterns = new Map<string, { form: RegExp; methods: Set<string> }>()
  for (const { method, path, head } of routes) {
    const form = new RegExp(`^${path.replace(/[.+*?^$()[\]{}|\\]/g, '\\$&').replace(/:\w+/g, '[^/]+')}/?$`)
    const entry = patterns.get(path) ?? { form, methods: new Set() }
    entry.methods.add(method)
    if (method === 'GET' && head !== false) entry.methods.add('HEAD')
    entry.methods.add('OPTIONS')
    patterns.set(path, entry)
  }
  const parameters = (pattern: string) => pattern.split(':').length
  const found = (path: string) => [...patterns].filter(([, { form }]) => form.test(path))
  return {
    methodsOf: (path) => [...new Set(found(path).flatMap(([, { methods }]) => [...methods]))].sort(),
    patternOf: (path) =>
      found(path)
        .map(([pattern]) => pattern)
        .sort((a, b) => parameters(a) - parameters(b))[0],
  }
}
