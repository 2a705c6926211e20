import { AppError } from '../../core/errors'
import type { RawRoute } from '../../core/module'
import type { Principal } from '../../core/principal'
import type { Dispatcher, Mounted } from '../dispatch/dispatch'
import type { Identity } from '../identity/identity'
import type { BodyLimits } from './body'
import { contextOf, identify, recognize } from './caller'
import type { Exchange } from './exchange'
import { answerJson } from './json-answer'
import { receivedBytes, withBody } from './received'
import type { Handler, Params, Route } from './routes'

export interface RawParts {
  dispatcher: Dispatcher
  identity: Identity
  body: BodyLimits
}

/** The modules' own routes: webhooks, pages, the predecessors' paths. */
export function rawRoutes(
  parts: RawParts,
  detailOf: (route: RawRoute, mounted: Mounted) => Record<string, unknown>,
): Route[] {
  return parts.dispatcher.mounted.flatMap((mounted) =>
    mounted.routes.map((route) => ({
      method: route.method,
      path: route.path,
      detail: () => detailOf(route, mounted),
      handle: wordedBy(route, (exchange, params) => serve(parts, route, exchange, params ?? {})),
    })),
  )
}

/** The same, with refusals in the route's own words where it has some. */
function wordedBy({ refuse }: RawRoute, handle: Handler): Handler {
  if (!refuse) return handle
  return async (exchange, params) => {
    try {
      return await handle(exchange, params)
    } catch (error) {
      if (error instanceof AppError) return refuse(error, exchange.request)
      throw error
    }
  }
}

async function serve(
  parts: RawParts,
  route: RawRoute,
  exchange: Exchange,
  params: Params,
): Promise<Response> {
  const caller =
    route.access === 'none'
      ? null
      : (recognize(parts.identity, exchange) ?? (await identify(parts.identity, exchange, route.access)))
  const bytes = await receivedBytes(exchange.request, parts.body)
  let request: Request | undefined
  return route.handle({
    get request() {
      request ??= withBody(exchange.request, bytes)
      return request
    },
    bytes,
    header: (name) => exchange.request.headers.get(name),
    params,
    requestId: exchange.requestId,
    principal: caller?.kind === 'anonymous' ? null : caller,
    answer: (value, headers) => answerJson(exchange, JSON.stringify(value), 200, headers),
    call: (operation, input) => call(parts.dispatcher, operation, input, exchange, caller),
  })
}

/** As the caller, with quota, audit and checks; a refused credential may only do what operations of optional access do. */
async function call(
  dispatcher: Dispatcher,
  name: string,
  input: unknown,
  exchange: Exchange,
  caller: Principal | null,
): Promise<unknown> {
  const bound = dispatcher.find(name)
  if (!bound) throw new Error(`a raw route calls ${name}, which is no operation`)
  if (!caller || (caller.kind === 'anonymous' && bound.operation.access !== 'optional')) {
    const { code, message } = caller?.refusal ?? {
      code: 'AUTH_MISSING_KEY',
      message: 'A credential is needed',
    }
    throw new AppError('unauthorized', message, { code, headers: { 'WWW-Authenticate': 'Bearer' } })
  }
  exchange.operation = name
  const output = await dispatcher.dispatch(bound, input, contextOf(exchange, caller))
  return output
}
