import { AppError } from './errors'
import type { RawRequest, RawRoute } from './module'

/** A page for browsers that a module serves out of the binary. It holds no data, so it needs no key; what it asks for does. */
export interface Page {
  /** E.g. `/dashboard/code`. */
  path: string
  title: string
  description: string
  /** Names what the files hold: they are kept by browsers for as long as it stays. */
  version: string
  /** The HTML; `assets` is the folder of its files. */
  document(assets: string): string
  /** A file of this version, or undefined for one that there is not. */
  file(version: string, name: string, raw: RawRequest): Response | undefined
}

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

const headers = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': policy,
  'Cache-Control': 'no-cache',
}

/** The page's own route and that of its files. */
export const pageRoutes = (page: Page): RawRoute[] => [documentRoute(page), fileRoute(page)]

const documentRoute = ({ path, title, description, version, document }: Page): RawRoute => ({
  method: 'GET',
  path,
  title,
  description,
  access: 'none',
  openapi: { responses: { 200: { description: 'The page.', content: { 'text/html': {} } } } },
  handle: async () => new Response(document(`${path}/assets/${version}`), { headers }),
})

const fileRoute = ({ path, title, version, file }: Page): RawRoute => ({
  method: 'GET',
  path: `${path}/assets/:version/:file`,
  title: `${title}: a file`,
  description: 'Scripts and styles of the page, out of the binary; the version names what they hold.',
  access: 'none',
  openapi: {
    parameters: [inPath('version', version), inPath('file', 'style.css')],
    responses: { 200: { description: 'The file.', content: { 'text/css': {}, 'text/javascript': {} } } },
  },
  async handle(raw) {
    const found = file(raw.params.version!, raw.params.file!, raw)
    if (!found)
      throw new AppError('not_found', `There is no such file; GET ${path} names those that there are`)
    return found
  },
})

const inPath = (name: string, example: string) => ({
  name,
  in: 'path',
  required: true,
  schema: { type: 'string' },
  example,
})
