import { Elysia } from 'elysia'
import type { RawRoute } from '../../core/module'
import type { Config } from '../config/settings'
import type { Dispatcher, Mounted } from '../dispatch/dispatch'
import answers from './answers.json' with { type: 'json' }
import { asset } from './asset'
import { anyCredential } from './openapi-operation'
import { problemResponses, problemSchema, sharedResponses } from './openapi-problems'
import type { Page } from './pages'
import type { Route } from './routes'

/** Where the document is served for Swagger UI; `/openapi.json` is the same. */
export const documentPath = '/swagger/json'

type Detail = Record<string, unknown>

export interface DocumentParts {
  config: Pick<Config, 'MCP_SERVER_NAME' | 'PUBLIC_URL'>
  version: string
  dispatcher: Pick<Dispatcher, 'mounted'>
}

/** The document of these routes; made when first asked for. */
export function documentRoutes(parts: DocumentParts, routes: readonly Route[]): Route[] {
  const read = () => makeDocument(parts, routes)
  return [documentPath, '/openapi.json'].map((path) =>
    asset({ path, type: 'application/json', caching: 'no-cache', read }),
  )
}

/** A router of its own, which nobody asks for anything else, tells the plugin of the routes. */
async function makeDocument(parts: DocumentParts, routes: readonly Route[]): Promise<Uint8Array> {
  const app = new Elysia().use(await openApiPlugin(parts)) as unknown as Elysia
  for (const { method, path, detail } of routes) {
    if (detail) app.route(method, path, () => new Response(), { parse: 'none', detail: detail() } as never)
  }
  return (await app.fetch(new Request('http://localhost/document/json'))).bytes()
}

async function openApiPlugin({ config, version, dispatcher }: DocumentParts) {
  const { swagger } = await import('@elysiajs/swagger')
  const modules = dispatcher.mounted.map(({ module, description }) => ({ name: module, description }))
  const reached = config.PUBLIC_URL ? [{ url: config.PUBLIC_URL, description: 'From outside' }] : []
  return swagger({
    path: '/document',
    provider: 'swagger-ui',
    excludeStaticFile: false,
    documentation: {
      info: { title: config.MCP_SERVER_NAME, version, description: introduction },
      tags: [...modules, ...ownTags],
      servers: [{ url: '/', description: 'This server' }, ...reached],
      security: anyCredential,
      components: {
        securitySchemes,
        schemas: { Problem: problemSchema } as never,
        responses: sharedResponses() as never,
      },
    },
  })
}

const introduction = [
  'Every operation of a module (`/api/v1/…`) is an MCP tool of the same name too.',
  'Press *Authorize*, paste an API key, open an operation and press *Try it out*.',
  'Errors are RFC 9457 problems. Counted answers carry `X-RateLimit-*`, `RateLimit` and `RateLimit-Policy`.',
].join(' ')

const ownTags = [
  { name: 'mcp', description: 'Model Context Protocol over Streamable HTTP.' },
  { name: 'server', description: 'Health, probes and what this server is.' },
]

/** Swagger UI puts the cursor into the last one, and that is where most people have something to paste. */
const securitySchemes = {
  apiKey: {
    type: 'apiKey' as const,
    in: 'header',
    name: 'X-API-Key',
    description: 'An API key, as in `bearer`; one of the two is enough.',
  },
  subscriptionKey: {
    type: 'apiKey' as const,
    in: 'header',
    name: 'X-Subscription-Key',
    description: 'A subscription key (`fm_sub_…`), together with X-User-Email.',
  },
  subscriptionEmail: {
    type: 'apiKey' as const,
    in: 'header',
    name: 'X-User-Email',
    description: 'The email address that the subscription belongs to.',
  },
  bearer: {
    type: 'http' as const,
    scheme: 'bearer',
    bearerFormat: 'API key or JWT',
    description:
      'An API key, as `holdfast keys create` prints it; or, where SUPABASE_URL or OAUTH_ISSUER is set, an access token (JWT) of theirs. Never in the URL: that is refused with 400 `AUTH_IN_QUERY`.',
  },
}

/** A path as a word; the prefixes below keep it apart from names of operations. */
const slug = (path: string) => path.replace(/[^A-Za-z0-9]+/g, '_').replace(/^_|_$/g, '')

/** Shows a module's own route. */
export function rawDetail(route: RawRoute, mounted: Mounted): Detail {
  const { responses, ...rest } = (route.openapi ?? {}) as { responses?: Detail }
  const done = { description: 'Done.', ...answered(mounted.answers?.[`${route.method} ${route.path}`]) }
  // A body may come too slowly or be too large; routes that refuse in words of their own say so themselves.
  const bodies = route.method === 'GET' || route.refuse ? [] : [408, 413]
  const security = { none: { security: [] }, optional: { security: [...anyCredential, {}] }, required: {} }
  return {
    operationId: `route_${slug(route.path)}_${route.method.toLowerCase()}`,
    summary: route.title,
    description: route.description,
    tags: [mounted.module],
    ...security[route.access],
    ...rest,
    responses: {
      ...(saysItsOwn(responses) ? {} : { 200: done }),
      ...problemResponses(400, 401, ...bodies, 429, 500),
      ...responses,
    },
  }
}

const saysItsOwn = (responses: Detail = {}) => Object.keys(responses).some((status) => status.startsWith('2'))

const answered = (answer: unknown): Detail =>
  answer === undefined ? {} : { content: { 'application/json': { example: answer } } }

/** Shows a page that takes no input and no credential. */
export function pageDetail({ path, title, description, shown = path, also = [] }: Page): Detail {
  const schema = { type: 'object', additionalProperties: true }
  const content = { 'application/json': { schema } }
  const example = (answers as Detail)[`GET ${shown}`]
  const others = also.map((status) => [
    String(status),
    { description: 'Not now; the body says why.', content },
  ])
  return {
    operationId: `server_${slug(path) || 'root'}`,
    summary: title,
    description,
    tags: ['server'],
    security: [],
    responses: {
      200: { description: 'The answer.', content: { 'application/json': { schema, example } } },
      ...Object.fromEntries(others),
    },
  }
}

/** Shows `GET /connect`. */
export function connectDetail(): Detail {
  const example = (answers as Detail)['GET /connect']
  const schema = { type: 'object', additionalProperties: true }
  return {
    operationId: 'server_connect',
    summary: 'How to set up each client',
    description:
      'A page with a block to copy for every client; the same as JSON for `Accept: application/json`.',
    tags: ['server'],
    security: [],
    responses: {
      200: {
        description: 'How to set up each client with this server.',
        content: { 'application/json': { schema, example }, 'text/html': {} },
      },
    },
  }
}
