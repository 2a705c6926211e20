import {
  type Resource as Listed,
  ProtocolError,
  ResourceNotFoundError,
  type ResourceTemplateType,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server'
import type { ResourceEntry } from '../../core/resource'
import { type ConsultParts, consult, requireScope } from './consult'
import { encodeCursor, type Position } from './cursor'
import type { Exchange, OpenExchange } from './exchange'
import type { Library, Shelved } from './library'
import { decodeCursor, pageOf, unknownCursor } from './paging'
import { rpcCodes } from './refusal'

export interface LibraryParts extends ConsultParts {
  library: Library
}

/** Entries of a page, as far as whole pages of the modules allow. */
export const pageSize = 50
/** Resources that one session may follow. */
const mostFollowed = 200

/** Lists, templates and reading. */
export function attachResources(server: Server, open: OpenExchange, parts: LibraryParts): void {
  const { library } = parts
  server.setRequestHandler('resources/list', ({ params }, context) =>
    listResources(parts, params?.cursor, open(context), context),
  )
  server.setRequestHandler('resources/templates/list', ({ params }, context) => {
    const templates = library.resourcesFor(open(context)).filter(({ variables }) => variables.length > 0)
    const { page, ...next } = pageOf(templates, params?.cursor, pageSize)
    return { resourceTemplates: page.map(template), ...next }
  })
  server.setRequestHandler('resources/read', async ({ params: { uri } }, context) => {
    const exchange = open(context)
    const { shelved, variables } = found(library, uri, exchange)
    const { name, scope, cost = 1, mimeType, read } = shelved.resource
    const contents = await consult(parts, { name, scope, cost, uri }, exchange, context, (call) =>
      read(variables, call),
    )
    return { contents: [{ uri, mimeType, ...contents }] }
  })
}

/**
 * Takes note of what the client wants to hear of. Where nothing outlives the request it is refused: the client would wait
 * in vain.
 */
export function attachSubscriptions(
  server: Server,
  open: OpenExchange,
  { library }: LibraryParts,
  followed: Set<string>,
  lasting: boolean,
): void {
  server.setRequestHandler('resources/subscribe', ({ params: { uri } }, context) => {
    if (!lasting)
      throw new ProtocolError(rpcCodes.invalidRequest, 'Subscribing needs a session: send Mcp-Session-Id')
    const exchange = open(context)
    requireScope(found(library, uri, exchange).shelved.resource.scope, exchange)
    if (followed.size >= mostFollowed)
      throw new ProtocolError(rpcCodes.invalidRequest, `At most ${mostFollowed} resources can be followed`)
    followed.add(uri)
    return {}
  })
  server.setRequestHandler('resources/unsubscribe', ({ params: { uri } }) => {
    followed.delete(uri)
    return {}
  })
}

function found(library: Library, uri: string, exchange: Exchange) {
  const match = library.findResource(uri, exchange)
  if (match) return match
  exchange.outcome = 'not_found'
  const near = library
    .resourcesFor(exchange)
    .find(({ resource, variables }) => variables.length > 0 && uri.startsWith(headOf(resource.uri)))
  throw near
    ? new ResourceNotFoundError(
        uri,
        `Resource not found: ${uri}. Such URIs are ${near.resource.uri}, each value percent-encoded: a slash in it is %2F`,
      )
    : new ResourceNotFoundError(uri)
}

const headOf = (template: string) => template.slice(0, template.indexOf('{'))

/** Fixed URIs first, then what each template lists, source by source until a page is full. */
async function listResources(
  parts: LibraryParts,
  cursor: string | undefined,
  exchange: Exchange,
  context: ServerContext,
): Promise<{ resources: Listed[]; nextCursor?: string }> {
  const visible = parts.library.resourcesFor(exchange)
  const sources = visible.filter(({ resource }) => resource.list)
  let position: Position | undefined = cursor === undefined ? undefined : decodeCursor(cursor)
  const resources = position ? [] : visible.filter(({ variables }) => variables.length === 0).map(fixed)
  let index = position ? sources.findIndex(({ resource }) => resource.name === position?.source) : 0
  if (index < 0) throw unknownCursor()
  for (; index < sources.length && resources.length < pageSize; index++) {
    const { name, scope, list } = sources[index]!.resource
    const page = await consult(parts, { name, scope, cost: 0 }, exchange, context, (call) =>
      list!(position?.after, call),
    )
    resources.push(...page.entries.map(entry))
    if (page.next !== undefined)
      return { resources, nextCursor: encodeCursor({ source: name, after: page.next }) }
    position = undefined
  }
  const rest = sources[index]
  return { resources, ...(rest && { nextCursor: encodeCursor({ source: rest.resource.name }) }) }
}

const fixed = ({ resource: { uri, name, title, description, mimeType } }: Shelved): Listed => ({
  uri,
  name,
  title,
  description,
  mimeType,
})

const entry = ({ lastModified, ...rest }: ResourceEntry): Listed => ({
  ...rest,
  ...(lastModified !== undefined && { annotations: { lastModified } }),
})

const template = ({ resource }: Shelved): ResourceTemplateType => ({
  uriTemplate: resource.uri,
  name: resource.name,
  title: resource.title,
  description: resource.description,
  mimeType: resource.mimeType,
})
