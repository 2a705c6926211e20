import { AppError } from '../../core/errors'
import type { Config } from '../config/settings'
import type { Dispatcher, Mounted } from '../dispatch/dispatch'
import { baseOf, metadataPath } from '../identity/resource'
import { askedScopes, parseScopeMap } from '../identity/scope-map'
import type { Route } from './routes'

type ResourceConfig = Pick<
  Config,
  'PUBLIC_URL' | 'MCP_SERVER_NAME' | 'OAUTH_ISSUER' | 'OAUTH_SCOPES' | 'OAUTH_SCOPE_MAP'
>

export interface ResourceParts {
  config: ResourceConfig
  dispatcher: Pick<Dispatcher, 'mounted'>
}

/** This server as an OAuth 2.0 protected resource (RFC 9728): its metadata, and the challenge that leads there. */
export interface ProtectedResource {
  routes: Route[]
  /** Completes the `WWW-Authenticate` of an answer to this path, where it has one. */
  challenge(headers: Headers, path: string): void
}

/**
 * Undefined where no issuer is set. Then there are no metadata at all: the protocol wants at least one authorization server in them, and a
 * client that finds none falls back to guessing one at this origin, while a 404 tells it that keys are what opens this server.
 */
export function createProtectedResource({
  config,
  dispatcher,
}: ResourceParts): ProtectedResource | undefined {
  const { PUBLIC_URL: publicUrl, OAUTH_ISSUER: issuer } = config
  if (!publicUrl || !issuer) return undefined
  const base = baseOf(publicUrl)
  const modules = dispatcher.mounted.map(({ module }) => module)
  const paths = ['', '/mcp', ...modules.map((module) => `/mcp/${module}`)]
  const scopes = new Map(paths.map((path) => [path, scopesAt(path, dispatcher.mounted, config)]))
  const documents = new Map(paths.map((path) => [path, document(base, path, scopes.get(path)!, config)]))
  const names = parseScopeMap(config.OAUTH_SCOPE_MAP)
  return {
    routes: routesOf(documents),
    challenge(headers, requested) {
      const given = headers.get('WWW-Authenticate')
      if (!given?.startsWith('Bearer')) return
      const bare = requested.replace(/\/$/, '')
      const path = scopes.has(bare) ? bare : ''
      const needed = /scope="([^"]*)"/.exec(given)?.[1]
      const asked = needed === undefined ? scopes.get(path)! : askedScopes([needed], names)
      const kept = given.replace(/,? *scope="[^"]*"/, '')
      const scope = asked.length > 0 ? [`scope="${asked.join(' ')}"`] : []
      const parts = [`resource_metadata="${base}${metadataPath}${path}"`, ...scope]
      headers.set('WWW-Authenticate', `${kept}${kept === 'Bearer' ? ' ' : ', '}${parts.join(', ')}`)
    },
  }
}

/** What a client is told to ask for: everything that is of use there, because tools without their scope are not even listed. */
function scopesAt(path: string, mounted: readonly Mounted[], config: ResourceConfig): string[] {
  if (config.OAUTH_SCOPES.length > 0) return config.OAUTH_SCOPES
  const module = /^\/mcp\/(.+)$/.exec(path)?.[1]
  const served = mounted.filter((one) => module === undefined || one.module === module)
  const needed = served.flatMap(({ operations, resources = [], prompts = [] }) =>
    [...operations, ...resources, ...prompts].map(({ scope }) => scope),
  )
  // Rights of operators are given, not asked for.
  const own = [...new Set(needed)].filter((scope) => scope !== null && !/(^|:)admin$/.test(scope)).sort()
  return askedScopes(own as string[], parseScopeMap(config.OAUTH_SCOPE_MAP))
}

const document = (base: string, path: string, scopes: string[], config: ResourceConfig) =>
  JSON.stringify({
    resource: `${base}${path}`,
    authorization_servers: [config.OAUTH_ISSUER],
    scopes_supported: scopes,
    bearer_methods_supported: ['header'],
    resource_name: config.MCP_SERVER_NAME,
    resource_documentation: `${base}/connect`,
  })

function routesOf(documents: ReadonlyMap<string, string>): Route[] {
  const routeOf = (path: string, pathOf: (params: Record<string, string>) => string): Route => ({
    method: 'GET',
    path: metadataPath + path,
    quiet: true,
    detail: () => detailOf(path),
    handle(_, params) {
      const text = documents.get(pathOf(params))
      if (text === undefined) throw new AppError('not_found', 'There is no such module here')
      return new Response(text, {
        headers: { 'Content-Type': 'application/json', 'Cache-Control': 'max-age=300' },
      })
    },
  })
  return [
    routeOf('', () => ''),
    routeOf('/mcp', () => '/mcp'),
    routeOf('/mcp/:module', ({ module }) => `/mcp/${module}`),
  ]
}

const metadataSchema = {
  type: 'object',
  required: ['resource', 'authorization_servers'],
  properties: {
    resource: { type: 'string', description: 'What a token must be asked for (`resource` of RFC 8707).' },
    authorization_servers: { type: 'array', items: { type: 'string' } },
    scopes_supported: { type: 'array', items: { type: 'string' } },
    bearer_methods_supported: { type: 'array', items: { type: 'string' } },
    resource_name: { type: 'string' },
    resource_documentation: { type: 'string' },
  },
}

function detailOf(path: string): Record<string, unknown> {
  const module = path.includes(':module')
  const whole = path === '' ? 'the whole server' : 'MCP'
  return {
    operationId: `protected_resource${module ? '_module' : path.replace('/', '_')}`,
    summary: `Where tokens for ${module ? 'one module’s MCP' : whole} come from`,
    description: 'Protected resource metadata (RFC 9728).',
    tags: ['mcp'],
    security: [],
    ...(module && {
      parameters: [{ name: 'module', in: 'path', required: true, schema: { type: 'string' } }],
    }),
    responses: {
      200: { description: 'The metadata.', content: { 'application/json': { schema: metadataSchema } } },
      ...(module && { 404: { $ref: '#/components/responses/NotFound' } }),
    },
  }
}
