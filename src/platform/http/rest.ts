import { AppError, type Fault } from '../../core/errors'
import type { Operation } from '../../core/operation'
import { absolutePath, type Bound, type Dispatcher } from '../dispatch/dispatch'
import type { Identity } from '../identity/identity'
import { type BodyLimits, readBody } from './body'
import { contextOf, identify, recognize } from './caller'
import { type Download, downloadParameter, fileResponse, isDownload, wantsFile } from './download'
import type { Exchange } from './exchange'
import { answerJson } from './json-answer'
import { checkJsonType, parseJson } from './json-body'
import { type Input, pathInput, queryInput } from './query'
import type { Method, Params, Route } from './routes'

export interface RestParts {
  dispatcher: Dispatcher
  identity: Identity
  body: BodyLimits
}

/** A route for each operation, and for each other way to it: caller → input → dispatch → JSON. */
export function restRoutes(parts: RestParts, detailOf: (bound: Bound) => Record<string, unknown>): Route[] {
  return parts.dispatcher.operations.flatMap((bound) => {
    const { name, rest } = bound.operation
    const routeOf = (method: Method, path: string): Route => ({
      method,
      path: path.replace(/\{(\w+)\}/g, ':$1'),
      operation: name,
      handle: (exchange, params) => serve(parts, bound, exchange, params),
    })
    const others = (rest.also ?? []).map(({ method, path }) =>
      routeOf(method, absolutePath(bound.module, path)),
    )
    return [{ ...routeOf(rest.method, bound.path), detail: () => detailOf(bound) }, ...others]
  })
}

async function serve(parts: RestParts, bound: Bound, exchange: Exchange, params: Params): Promise<Response> {
  const { operation } = bound
  const principal =
    recognize(parts.identity, exchange) ??
    (await identify(parts.identity, exchange, operation.access ?? 'required'))
  const input = await inputOf(operation, exchange.request, params, parts.body)
  const asked = isDownload(operation) ? take(input, downloadParameter) : undefined
  const output = await parts.dispatcher.dispatch(bound, input, contextOf(exchange, principal))
  const status = operation.rest.status ?? 200
  if (isDownload(operation) && wantsFile(asked, exchange.request.headers.get('accept'), output as Download)) {
    return fileResponse(output as Download, status)
  }
  return answerJson(exchange, JSON.stringify(output), status)
}

/** Removes what belongs to the transport from an input. */
function take(input: unknown, name: string): unknown {
  if (typeof input !== 'object' || input === null || !Object.hasOwn(input, name)) return undefined
  const value = (input as Input)[name]
  delete (input as Input)[name]
  return value
}

/**
 * GET and DELETE take their input from the query, the others from a JSON body (a DELETE may have one too); what the path says wins. Where
 * there is a body, query parameters are refused as unknown.
 */
async function inputOf(
  operation: Operation,
  request: Request,
  params: Params,
  limits: BodyLimits,
): Promise<unknown> {
  const { method } = request
  const path = params && pathInput(params, operation.input)
  const bodyless = method === 'GET' || (method === 'DELETE' && !hasBody(request))
  if (bodyless) return { ...queryInput(request.url, operation.input), ...path }
  refuseQuery(request.url)
  const body = await readJson(request, limits)
  return isPlainObject(body) ? { ...body, ...path } : body
}

const isPlainObject = (value: unknown): value is Input =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const hasBody = ({ headers }: Request) =>
  headers.has('transfer-encoding') || Number(headers.get('content-length') ?? 0) > 0

/** An absent body is an empty input: validation says what is missing. */
async function readJson(request: Request, limits: BodyLimits): Promise<unknown> {
  const bytes = await readBody(request, limits)
  if (bytes.length === 0) return {}
  checkJsonType(request.headers)
  return parseJson(bytes)
}

function refuseQuery(url: string): void {
  const at = url.indexOf('?')
  if (at < 0 || at === url.length - 1) return
  const names = [...new Set(new URLSearchParams(url.slice(at + 1)).keys())].slice(0, 20)
  const errors: Fault[] = names.map((name) => ({
    path: `/${name}`,
    message: 'is not known in the query; this call takes its input from the JSON body',
  }))
  throw new AppError(
    'invalid',
    'The input does not fit: this call takes its input from the JSON body, not the query',
    {
      errors,
    },
  )
}
