import { AppError } from './errors'
import type { RawRoute } from './module'
import type { PageFiles } from './page-files'

/** A page for browsers that a module serves out of the binary. It holds no data, so it needs no key; what it asks for does. */
export interface Page {
  /** E.g. `/dashboard/code`. */
  path: string
  title: string
  description: string
  /** The HTML; `assets` is the folder of its files. */
  document(assets: string): string
  files: PageFiles
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

const documentRoute = ({ path, title, description, files, document }: Page): RawRoute => ({
  method: 'GET',
  path,
  title,
  description,
  access: 'none',
  openapi: { responses: { 200: { description: 'The page.', content: { 'text/html': {} } } } },
  handle: async () => new Response(document(`${path}/assets/${files.version}`), { headers }),
})

const fileRoute = ({ path, title, files }: Page): RawRoute => ({
  method: 'GET',
  path: `${path}/assets/:version/:file`,
  title: `${title}: a file`,
  description: 'Scripts and styles of the page, out of the binary; the version names what they hold.',
  access: 'none',
  openapi: {
    parameters: [inPath('version', files.version), inPath('file', 'style.css')],
    responses: { 200: { description: 'The file.', content: { 'text/css': {}, 'text/javascript': {} } } },
  },
  async handle(raw) {
    const found = files.response(raw.params.version!, raw.params.file!, raw.header('accept-encoding'))
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
