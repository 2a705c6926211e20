import { AppError } from '../../core/errors'
import type { Identity } from '../identity/identity'
import type { Mcp } from '../mcp/mcp'
import type { BodyLimits } from './body'
import { identify } from './caller'
import type { Exchange } from './exchange'
import { received } from './received'
import type { Method, Params, Route } from './routes'

export interface McpRouteParts {
  mcp: Pick<Mcp, 'handle'>
  identity: Identity
  body: BodyLimits
}

const methods: readonly Method[] = ['POST', 'GET', 'DELETE']

/** `/mcp` with every tool, `/mcp/<module>` with one module's: authenticates, caps the body, hands on. */
export function mcpRoutes(
  parts: McpRouteParts,
  detailOf: (path: string, method: Method) => Record<string, unknown> | undefined,
): Route[] {
  return ['/mcp', '/mcp/:module'].flatMap((path) =>
    methods.map((method): Route => {
      const detail = detailOf(path, method)
      return {
        method,
        path,
        ...(detail && { detail }),
        handle: (exchange, params) => serve(parts, exchange, params),
      }
    }),
  )
}

async function serve(
  { mcp, identity, body }: McpRouteParts,
  exchange: Exchange,
  params?: Params,
): Promise<Response> {
  const { request, requestId } = exchange
  if (request.method === 'HEAD') {
    throw new AppError('method_not_allowed', 'MCP answers POST', {
      headers: { Allow: 'DELETE, GET, OPTIONS, POST' },
    })
  }
  const principal = await identify(identity, exchange, 'required')
  const whole = await received(request, body, true)
  return mcp.handle(whole, {
    principal,
    requestId,
    ...(params?.module !== undefined && { module: params.module }),
  })
}
