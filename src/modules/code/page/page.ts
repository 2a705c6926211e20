import { AppError } from '../../../core/errors'
import type { Host, RawRoute } from '../../../core/module'
import type { Part } from '../part'
import type { CodeSettings } from '../settings'
import { documentOf } from './document'
import { pageFile, pageVersion } from './page-files'

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

const path = '/dashboard/code'

/** `GET /dashboard/code` and the files it names. The page holds no data, so it needs no key; what it asks for does. */
export const pagePart = (_host: Host<CodeSettings>): Part => ({ routes: [page, asset] })

const page: RawRoute = {
  method: 'GET',
  path,
  title: 'Page of the code index',
  description: 'A page for browsers: search, repositories and jobs. It asks for a key.',
  access: 'none',
  openapi: { responses: { 200: { description: 'The page.', content: { 'text/html': {} } } } },
  handle: async () =>
    new Response(documentOf(`${path}/assets/${pageVersion}`), {
      headers: {
        'Content-Type': 'text/html; charset=utf-8',
        'Content-Security-Policy': policy,
        'Cache-Control': 'no-cache',
      },
    }),
}

const inPath = (name: string, example: string) => ({
  name,
  in: 'path',
  required: true,
  schema: { type: 'string' },
  example,
})

const asset: RawRoute = {
  method: 'GET',
  path: `${path}/assets/:version/:file`,
  title: 'A file of the page',
  description: 'Scripts and styles of the page, out of the binary; the version names what they hold.',
  access: 'none',
  openapi: {
    parameters: [inPath('version', pageVersion), inPath('file', 'style.css')],
    responses: { 200: { description: 'The file.', content: { 'text/css': {}, 'text/javascript': {} } } },
  },
  handle: async ({ params }) => {
    const found = pageFile(params.version!, params.file!)
    if (!found)
      throw new AppError('not_found', `There is no such file; GET ${path} names those that there are`)
    return found
  },
}
