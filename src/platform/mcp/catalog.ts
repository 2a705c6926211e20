import type { Tool } from '@modelcontextprotocol/server'
import type { TObject, TSchema } from '@sinclair/typebox'
import type { Confirmation } from '../../core/operation'
import type { Bound, Dispatcher } from '../dispatch/dispatch'
import { pageFrom } from './cursor'
import { type Form, listedInput, listedOutput } from './listed-schema'
import {
  isListed,
  isNarrowed,
  isSelected,
  isVisible,
  type Offered,
  type Selection,
  selectionKey,
} from './selection'

/** The tools of one selection. */
export interface Listing {
  tools: readonly Tool[]
  /** The first page as it goes onto the wire: the members of the result, without its braces. */
  first: string
}

/** The operations as MCP tools. */
export interface Catalog {
  /** Every tool, whoever may see it. */
  readonly tools: readonly Tool[]
  /** In the order of declaration; hides what the caller's scopes do not cover. Cached per scope set and selection. */
  list(selection: Selection): Listing
  /** Tools on a page. */
  readonly pageSize: number
  /** The operation behind a tool's name, whether or not it is listed or the caller's scopes cover it; undefined outside of the selection. */
  find(name: string, selection: Selection): Bound | undefined
}

export interface CatalogOptions {
  /** Served beside the operations; they belong to no module and no scope. */
  extra?: readonly Tool[]
  /** Tools on a page; 0 or absent: all of them. */
  pageSize?: number
}

const cacheLimit = 256

export function createCatalog(dispatcher: Dispatcher, options: CatalogOptions = {}): Catalog {
  const { extra = [] } = options
  const pageSize = options.pageSize || Number.POSITIVE_INFINITY
  const { operations } = dispatcher
  const forms = { brief: describing('brief'), full: describing('full') }
  const byName = new Map(
    operations.map((bound) => [bound.operation.name, { bound, offered: offered(bound) }]),
  )
  const listings = new Map<string, Listing>()
  function compile(selection: Selection): Listing {
    const described = forms[isNarrowed(selection) ? 'full' : 'brief']
    const shown = operations.filter((bound) => isShown(offered(bound), selection))
    const tools = [
      ...shown.map(described),
      ...extra.filter((tool) => changesNothing(tool) || !selection.readOnly),
    ]
    const { page, ...next } = pageFrom(tools, 0, pageSize)
    return { tools, first: JSON.stringify({ tools: page, ...next }).slice(1, -1) }
  }
  function list(selection: Selection): Listing {
    const key = selectionKey(selection)
    const known = listings.get(key)
    if (known) return known
    const listing = compile(selection)
    if (listings.size >= cacheLimit) listings.delete(listings.keys().next().value!)
    listings.set(key, listing)
    return listing
  }
  return {
    get tools() {
      return [...operations.map(forms.full), ...extra]
    },
    list,
    pageSize,
    find(name, selection) {
      const tool = byName.get(name)
      return tool && isSelected(tool.offered, selection) ? tool.bound : undefined
    },
  }
}

/** True when the answer of an operation is an object by its schema; other answers travel as `{ result: … }`. */
export function answersObject(schema: TSchema): boolean {
  if (schema.type === 'object') return true
  const branches: TSchema[] | undefined = schema.anyOf ?? schema.oneOf ?? schema.allOf
  return branches !== undefined && branches.length > 0 && branches.every(answersObject)
}

/** What an operation asks of whoever wants to see it. */
export const offered = ({ module, operation: { scope, access, hints, listed } }: Bound): Offered => ({
  module,
  scope,
  ...(access && { access }),
  ...(hints && { hints }),
  ...(listed && { listed }),
})

const isShown = (one: Offered, selection: Selection) => isVisible(one, selection) && isListed(one, selection)

const changesNothing = ({ annotations }: Tool) => annotations?.readOnlyHint === true

/** Describes a tool when it is first listed: at the start nobody waits for what is not asked for yet. */
function describing(form: Form): (bound: Bound) => Tool {
  const described = new Map<Bound, Tool>()
  return (bound) => {
    const found = described.get(bound)
    if (found) return found
    const tool = describe(bound, form)
    described.set(bound, tool)
    return tool
  }
}

function describe({ operation }: Bound, form: Form): Tool {
  const { name, title, description, hints = {} } = operation
  return {
    name,
    title,
    description,
    inputSchema: listedInput(inputSchema(operation), form) as Tool['inputSchema'],
    outputSchema: listedOutput(outputSchema(operation.output), form) as NonNullable<Tool['outputSchema']>,
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
