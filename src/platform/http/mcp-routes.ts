import { AppError } from '../../core/errors'
import type { Principal } from '../../core/principal'
import type { Told } from '../../core/within'
import type { Dispatcher } from '../dispatch/dispatch'
import type { Identity } from '../identity/identity'
import { anonymous } from '../identity/resolve'
import type { Quota } from '../limits/limits'
import type { McpContext } from '../mcp/exchange'
import type { Mcp } from '../mcp/mcp'
import { resumeRequest } from '../telemetry/request-id'
import type { BodyLimits } from './body'
import { identify, recognize } from './caller'
import type { Exchange } from './exchange'
import { answerJson } from './json-answer'
import { faultOfText } from './json-body'
import { receivedText, receiveText } from './received'
import type { Method, Params, Route } from './routes'
import { endWhenRefused } from './stream-guard'

export interface McpRouteParts {
  mcp: Pick<Mcp, 'handle'>
  dispatcher: Pick<Dispatcher, 'find'>
  identity: Identity
  body: BodyLimits
  /** Milliseconds between two looks at the credential of an open event stream. */
  recheckMs?: number
}

const methods: readonly Method[] = ['POST', 'GET', 'DELETE']

/** `/mcp` with every tool, `/mcp/<module>` with one module's: authenticates, caps the body, hands on. */
export function mcpRoutes(
  parts: McpRouteParts,
  detailOf: (path: string, method: Method) => Record<string, unknown>,
): Route[] {
  return ['/mcp', '/mcp/:module'].flatMap((path) =>
    methods.map(
      (method): Route => ({
        method,
        path,
        head: false,
        detail: () => detailOf(path, method),
        handle: (exchange, params) => serve(parts, exchange, params),
      }),
    ),
  )
}

function serve(parts: McpRouteParts, exchange: Exchange, params?: Params): Promise<Response> {
  if (exchange.method === 'HEAD') {
    throw new AppError('method_not_allowed', 'MCP answers POST', {
      headers: { Allow: 'DELETE, GET, OPTIONS, POST' },
    })
  }
  const principal = recognize(parts.identity, exchange)
  if (principal) return new RouteContext(parts, exchange, principal, params?.module).answered()
  return admit(parts, exchange).then((admitted) =>
    new RouteContext(parts, exchange, admitted.principal, params?.module).answered(admitted.text),
  )
}

interface Admitted {
  principal: Principal
  /** The body where it was needed before. */
  text?: string
}

/** One object and no closures: it is made for every call. */
class RouteContext implements McpContext, Told {
  readonly requestId
  readonly logged
  private resolve!: (response: Response) => void

  constructor(
    private readonly parts: McpRouteParts,
    private readonly exchange: Exchange,
    readonly principal: Principal,
    readonly module: string | undefined,
  ) {
    this.requestId = exchange.requestId
    this.logged = exchange.logged
  }

  /** The answer; `text` is the body where it was received before. */
  answered(text?: string): Promise<Response> {
    this.exchange.finishes = true
    return new Promise((resolve) => {
      this.resolve = resolve
      if (text === undefined) this.receive()
      else this.end(text)
    })
  }

  private receive(): void {
    try {
      receiveText(this.exchange, this.parts.body, this)
    } catch (error) {
      this.fail(error)
    }
  }

  /** Told of the body. */
  end(text: string): void {
    try {
      this.parts.mcp.handle(this.exchange.request, this, text)
    } catch (error) {
      this.fail(error)
    }
  }

  faultOf(text: string): string | undefined {
    return faultOfText(text, this.exchange.announced)
  }

  answer(text: string, quota: Quota | null): Response {
    this.exchange.quota = quota
    return answerJson(this.exchange, text)
  }

  respond(response: Response, at: number): void {
    try {
      this.resolve(this.exchange.finish(this.watched(response), at))
    } catch (error) {
      this.fail(error)
    }
  }

  /** Also told by the one clock of all bodies. */
  fail(error: unknown): void {
    resumeRequest(this.logged, (error) => this.resolve(this.exchange.refuse(error)), error)
  }

  /** A stream of events ends with its sender's credential. */
  private watched(response: Response): Response {
    const { exchange, parts, principal } = this
    if (principal.kind === 'anonymous' || response === exchange.complete) return response
    return endWhenRefused(response, () => identify(parts.identity, exchange, 'required'), parts.recheckMs)
  }
}

async function admit(parts: McpRouteParts, exchange: Exchange): Promise<Admitted> {
  let principal: Principal
  try {
    principal = await identify(parts.identity, exchange, 'required')
  } catch (error) {
    const admitted = error instanceof AppError && (await admitRefused(parts, exchange, error))
    if (admitted) return admitted
    throw error
  }
  return { principal }
}

/** A stranger is listened to no longer than a small call takes. */
const strangersBytes = 16 * 1024

/** Over REST a refused credential may call what has optional access, e.g. to be told that it is refused; so it may here. */
async function admitRefused(
  { dispatcher, body: limits }: McpRouteParts,
  exchange: Exchange,
  error: AppError,
): Promise<Admitted | undefined> {
  if (error.kind !== 'unauthorized' || error.code === 'AUTH_MISSING_KEY') return undefined
  try {
    const maxBytes = Math.min(strangersBytes, limits.maxBytes)
    const body = await receivedText(exchange, { ...limits, maxBytes })
    const { method, params } = JSON.parse(body) as { method?: unknown; params?: { name?: unknown } }
    const bound = method === 'tools/call' ? dispatcher.find(String(params?.name)) : undefined
    if (bound?.operation.access !== 'optional') return undefined
    exchange.principal = anonymous(error)
    return { principal: exchange.principal, text: body }
  } catch {
    return undefined
  }
}
