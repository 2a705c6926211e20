import type { Tool } from '@modelcontextprotocol/server'
import type { TObject, TSchema } from '@sinclair/typebox'
import { allows, type Principal } from '../../core/principal'
import type { Bound, Dispatcher } from '../dispatch/dispatch'

/** What a caller asked to see: everything, or one module's tools. */
export interface Selection {
  principal: Principal
  module?: string | undefined
}

/** The tools of one selection, as objects and as the JSON array that goes onto the wire. */
export interface Listing {
  tools: readonly Tool[]
  json: string
}

/** The operations as MCP tools. */
export interface Catalog {
  /** Every tool, whoever may see it. */
  readonly tools: readonly Tool[]
  /** In the order of declaration; hides what the caller's scopes do not cover. Cached per scope set and module. */
  list(selection: Selection): Listing
  /** The operation behind a tool's name, whether or not the caller's scopes cover it; undefined outside of the module. */
  find(name: string, selection: Selection): Bound | undefined
}

const cacheLimit = 256

/** `extra` are tools that are served beside the operations and belong to no module and no scope. */
export function createCatalog(dispatcher: Dispatcher, extra: readonly Tool[] = []): Catalog {
  const described = new Map(dispatcher.operations.map((bound) => [bound, describe(bound)]))
  const listings = new Map<string, Listing>()
  return {
    tools: [...described.values(), ...extra],
    list(selection) {
      const key = keyOf(selection)
      let listing = listings.get(key)
      if (!listing) {
        const visible = dispatcher.operations.filter((bound) => isVisible(bound, selection))
        const tools = [...visible.map((bound) => described.get(bound)!), ...extra]
        listing = { tools, json: JSON.stringify(tools) }
        if (listings.size >= cacheLimit) listings.delete(listings.keys().next().value!)
        listings.set(key, listing)
      }
      return listing
    },
    find(name, { module }) {
      const bound = dispatcher.find(name)
      return bound && (module === undefined || bound.module === module) ? bound : undefined
    },
  }
}

/** True when the answer of an operation is an object by its schema; other answers travel as `{ result: … }`. */
export function answersObject(schema: TSchema): boolean {
  if (schema.type === 'object') return true
  const branches: TSchema[] | undefined = schema.anyOf ?? schema.oneOf ?? schema.allOf
  return branches !== undefined && branches.length > 0 && branches.every(answersObject)
}

/** One entry a kind of caller: an anonymous one sees less than a caller without scopes. */
function keyOf({ principal, module = '' }: Selection): string {
  const scopes =
    principal.scopes.length > 1 ? principal.scopes.toSorted().join(' ') : (principal.scopes[0] ?? '')
  const kind = principal.kind === 'anonymous' || principal.kind === 'ingest' ? principal.kind : ''
  return `${module}\n${kind}\n${scopes}`
}

function isVisible({ module, operation }: Bound, selection: Selection): boolean {
  if (selection.module !== undefined && selection.module !== module) return false
  if (selection.principal.kind === 'anonymous' && operation.access !== 'optional') return false
  return allows(selection.principal, operation.scope)
}

function describe({ operation }: Bound): Tool {
  const { name, title, description, hints = {} } = operation
  return {
    name,
    title,
    description,
    inputSchema: inputSchema(operation.input) as Tool['inputSchema'],
    outputSchema: outputSchema(operation.output) as NonNullable<Tool['outputSchema']>,
    annotations: {
      readOnlyHint: hints.readOnly ?? false,
      destructiveHint: hints.destructive ?? false,
      idempotentHint: hints.idempotent ?? hints.readOnly ?? false,
      openWorldHint: hints.openWorld ?? false,
    },
  }
}

/** Without TypeBox's own symbols: what is left is JSON Schema. */
const plain = (schema: TSchema): Record<string, unknown> => JSON.parse(JSON.stringify(schema))

/** What has a default need not be given: the server fills it in. */
function inputSchema(schema: TObject): Record<string, unknown> {
  const { required = [], ...rest } = plain(schema) as { required?: string[] }
  const needed = required.filter((name) => schema.properties[name]?.default === undefined)
  return needed.length > 0 ? { ...rest, required: needed } : rest
}

/** MCP wants an object at the top. */
function outputSchema(schema: TSchema): Record<string, unknown> {
  if (answersObject(schema)) return { ...plain(schema), type: 'object' }
  return { type: 'object', properties: { result: plain(schema) }, required: ['result'] }
}
