import { type BodyLimits, readBody } from './body'
import { checkDepth } from './json-body'

const bodied = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

/**
 * The same request with its body received whole, within the limits of size and time: whoever reads it next neither waits nor overflows.
 * `json` also refuses what nests too deep to be walked.
 */
export async function received(request: Request, limits: BodyLimits, json: boolean): Promise<Request> {
  if (!bodied.has(request.method)) return request
  const body = await readBody(request, limits)
  if (json) checkDepth(body)
  const { method, headers, signal } = request
  return new Request(request.url, { method, headers, signal, body: body.length > 0 ? body : null })
}
