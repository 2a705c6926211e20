import { AppError } from '../../../core/errors'
import type { RawRequest, RawRoute } from '../../../core/module'
import { assetResponse, assetVersion } from './assets'
import { documentOf } from './document'

/** Scripts, styles and requests from this server alone; nothing inline, no frame, no form that leaves. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

const path = '/dashboard/metrics'

/** `GET /dashboard/metrics` and the files it names. The page holds no data, so it needs no key; what it asks for does. */
export const pageRoutes = (): RawRoute[] => [
  {
    method: 'GET',
    path,
    title: 'Dashboard of metrics',
    description:
      'A page for browsers: request rate, errors, latency, tools and services. It asks for an admin key.',
    access: 'none',
    openapi: { responses: { 200: { description: 'The page.', content: { 'text/html': {} } } } },
    handle: async () => new Response(documentOf(`${path}/assets/${assetVersion}`), { headers: pageHeaders }),
  },
  {
    method: 'GET',
    path: `${path}/assets/:version/:file`,
    title: 'A file of the dashboard',
    description: 'Scripts and styles of the page, out of the binary; the version names what they hold.',
    access: 'none',
    openapi: {
      parameters: [inPath('version', assetVersion), inPath('file', 'style.css')],
      responses: { 200: { description: 'The file.', content: { 'text/css': {}, 'text/javascript': {} } } },
    },
    handle: async (raw) => assetOf(raw),
  },
]

const inPath = (name: string, example: string) => ({
  name,
  in: 'path',
  required: true,
  schema: { type: 'string' },
  example,
})

const pageHeaders = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': policy,
  'Cache-Control': 'no-cache',
}

function assetOf({ params, header }: RawRequest): Response {
  const found = assetResponse(params.version!, params.file!, header('accept-encoding'))
  if (!found) throw new AppError('not_found', `There is no such file; GET ${path} names those that there are`)
  return found
}
