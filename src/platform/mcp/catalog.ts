import type { Tool } from '@modelcontextprotocol/server'
import type { TObject, TSchema } from '@sinclair/typebox'
import type { Confirmation } from '../../core/operation'
import type { Bound, Dispatcher } from '../dispatch/dispatch'
import { isSelected, isVisible, type Offered, type Selection, selectionKey } from './selection'

/** The tools of one selection, as objects and as the JSON array that goes onto the wire. */
export interface Listing {
  tools: readonly Tool[]
  json: string
}

/** The operations as MCP tools. */
export interface Catalog {
  /** Every tool, whoever may see it. */
  readonly tools: readonly Tool[]
  /** In the order of declaration; hides what the caller's scopes do not cover. Cached per scope set and selection. */
  list(selection: Selection): Listing
  /** The operation behind a tool's name, whether or not the caller's scopes cover it; undefined outside of the selection. */
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
      const key = selectionKey(selection)
      let listing = listings.get(key)
      if (!listing) {
        const visible = dispatcher.operations.filter((bound) => isVisible(offered(bound), selection))
        const tools = [
          ...visible.map((bound) => described.get(bound)!),
          ...extra.filter((tool) => isShown(tool, selection)),
        ]
        listing = { tools, json: JSON.stringify(tools) }
        if (listings.size >= cacheLimit) listings.delete(listings.keys().next().value!)
        listings.set(key, listing)
      }
      return listing
    },
    find(name, selection) {
      const bound = dispatcher.find(name)
      return bound && isSelected(offered(bound), selection) ? bound : undefined
    },
  }
}

/** True when the answer of an operation is an object by its schema; other answers travel as `{ result: … }`. */
export function answersObject(schema: TSchema): boolean {
  if (schema.type === 'object') return true
  const branches: TSchema[] | undefined = schema.anyOf ?? schema.oneOf ?? schema.allOf
  return branches !== undefined && branches.length > 0 && branches.every(answersObject)
}

const offered = ({ module, operation: { scope, access, hints } }: Bound): Offered => ({
  module,
  scope,
  ...(access && { access }),
  ...(hints && { hints }),
})

const isShown = ({ annotations }: Tool, { readOnly }: Selection) =>
  !readOnly || annotations?.readOnlyHint === true

function describe({ operation }: Bound): Tool {
  const { name, title, description, hints = {} } = operation
  return {
    name,
    title,
    description,
    inputSchema: inputSchema(operation) as Tool['inputSchema'],
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

/** What has a default need not be given: the server fills it in. Nor need a yes, which the person may be asked for. */
function inputSchema({
  input: schema,
  confirm,
}: {
  input: TObject
  confirm?: Confirmation
}): Record<string, unknown> {
  const { required = [], ...rest } = plain(schema) as { required?: string[] }
  const needed = required.filter(
    (name) => schema.properties[name]?.default === undefined && name !== confirm?.argument,
  )
  return needed.length > 0 ? { ...rest, required: needed } : rest
}

/** MCP wants an object at the top. */
function outputSchema(schema: TSchema): Record<string, unknown> {
  if (answersObject(schema)) return { ...plain(schema), type: 'object' }
  return { type: 'object', properties: { result: plain(schema) }, required: ['result'] }
}
