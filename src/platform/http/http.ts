import { Elysia } from 'elysia'
import type { Config } from '../config/settings'
import type { Dispatcher } from '../dispatch/dispatch'
import type { Identity } from '../identity/identity'
import type { Limits } from '../limits/limits'
import type { Mcp } from '../mcp/mcp'
import type { Telemetry } from '../telemetry/telemetry'
import { createClientAddress } from './client-address'
import { connectRoutes } from './connect-page'
import { attached } from './exchange'
import { createForwarderWatch } from './forwarders'
import { createGuard, type Fetch } from './guard'
import type { Health } from './health'
import { createHostCheck } from './hosts'
import { mcpRoutes } from './mcp-routes'
import { connectDetail, documentRoutes, pageDetail, rawDetail } from './openapi'
import { mcpDetail } from './openapi-mcp'
import { operationDetail } from './openapi-operation'
import { createOriginCheck } from './origins'
import { pageRoutes } from './pages'
import { pathOf } from './probes'
import { createProtectedResource } from './protected-resource'
import { rawRoutes } from './raw-routes'
import { createRequestLog } from './request-log'
import { restRoutes } from './rest'
import { addRoutes, createExactRoutes, indexPaths, type Route } from './routes'
import { swaggerRoutes } from './swagger-ui'

export interface HttpParts {
  config: Config
  version: string
  dispatcher: Dispatcher
  identity: Identity
  limits: Limits
  health: Health
  mcp: Pick<Mcp, 'handle'>
  telemetry: Telemetry
  /** Seconds that a small body may take to arrive. Default 30. */
  bodySeconds?: number
  /** Milliseconds between two looks at the credential of an open event stream. Default 15,000. */
  recheckMs?: number
}

/** The whole service as one function from a request to its answer; it never throws. */
export interface Http {
  fetch: Fetch
}

/** Assembles routes, router and guard. Throws on settings that make no sense. */
export function createHttp(parts: HttpParts): Http {
  const { config, telemetry } = parts
  const log = telemetry.log('http')
  const app = new Elysia({ handler: { standardHostname: false } })
  const resource = createProtectedResource(parts)
  const shown = firstOfEach([...routesOf(parts), ...(resource?.routes ?? [])])
  const routes = [...shown, ...documentRoutes(parts, shown)]
  addRoutes(app, routes, log)
  const exact = createExactRoutes(routes)
  const router = app.compile().fetch
  const clientAddress = createClientAddress(config.TRUSTED_PROXIES, Bun.env.FLY_APP_NAME !== undefined)
  return {
    fetch: createGuard({
      clientAddress,
      noticeForwarder: createForwarderWatch({ clientAddress, meter: telemetry.meter, log }),
      checkHost: createHostCheck(config),
      checkOrigin: createOriginCheck(config.ALLOWED_ORIGINS, config.PUBLIC_URL),
      maxBytes: config.MAX_REQUEST_SIZE,
      https: config.PUBLIC_URL?.startsWith('https:') ?? false,
      ...indexPaths(routes),
      challenge: (headers, request) => resource?.challenge(headers, pathOf(request.url)),
      route: (exchange) => exact(exchange) ?? router(attached(exchange)),
      note: createRequestLog({
        line: telemetry.requestLine('http'),
        meter: telemetry.meter,
        activity: parts.health.activity,
      }),
      log,
    }),
  }
}

function routesOf(parts: HttpParts): Route[] {
  const { config, dispatcher, identity, bodySeconds, recheckMs } = parts
  const body = {
    maxBytes: config.MAX_REQUEST_SIZE,
    ...(bodySeconds !== undefined && { seconds: bodySeconds }),
  }
  const calling = { dispatcher, identity, body }
  return [
    ...pageRoutes(parts, pageDetail),
    ...mcpRoutes({ ...calling, mcp: parts.mcp, ...(recheckMs !== undefined && { recheckMs }) }, mcpDetail),
    ...restRoutes(calling, operationDetail),
    ...rawRoutes(calling, rawDetail),
    ...connectRoutes(config, connectDetail),
    ...swaggerRoutes(config.MCP_SERVER_NAME),
  ]
}

/** Settings may give two pages one path; the earlier one has it. */
function firstOfEach(routes: Route[]): Route[] {
  const taken = new Map<string, Route>()
  for (const route of routes) {
    const key = `${route.method} ${route.path}`
    if (!taken.has(key)) taken.set(key, route)
  }
  return [...taken.values()]
}
