import type { Told } from '../../core/within'
import { type BodyLimits, readBody, readText } from './body'
import type { Exchange } from './exchange'

const bodied = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])
const nothing = new Uint8Array()

/** The whole body, within the limits of size and time; empty for methods without one. */
export const receivedBytes = async (request: Request, limits: BodyLimits): Promise<Uint8Array> =>
  bodied.has(request.method) ? readBody(request, limits) : nothing

/** The same request with its body received whole: whoever reads it next neither waits nor overflows. */
export function withBody(request: Request, body: Uint8Array): Request {
  if (!bodied.has(request.method)) return request
  const { method, headers, signal } = request
  return new Request(request.url, { method, headers, signal, body: body.length > 0 ? body : null })
}

/** The body's text, within the limits of size and time; empty without one. */
export const receivedText = (exchange: Exchange, limits: BodyLimits): Promise<string> =>
  new Promise((end, fail) => receiveText(exchange, limits, { end: end as Told['end'], fail }))

/** The same without a promise. */
export function receiveText(exchange: Exchange, limits: BodyLimits, told: Told): void {
  if (bodied.has(exchange.method)) readText(exchange, limits, told)
  else told.end('')
}
