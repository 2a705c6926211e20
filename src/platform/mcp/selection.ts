import type { Operation } from '../../core/operation'
import { allows, type Principal } from '../../core/principal'

/** Who asks, and which part of what they may use they want to see. */
export interface Selection {
  principal: Principal
  /** One module's alone: of `/mcp/<module>`. */
  module?: string | undefined
  /** These modules' alone: of the header `X-MCP-Toolsets`. */
  toolsets?: readonly string[] | undefined
  /** Also what is listed with its module alone: of `X-MCP-Toolsets: all`. */
  everything?: boolean | undefined
  /** Tools that change nothing alone: of the header `X-MCP-Readonly`. */
  readOnly?: boolean | undefined
}

/** What a tool, resource or prompt asks of its caller. `module` is null for what the platform itself has. */
export interface Offered extends Pick<Operation, 'scope' | 'access' | 'hints' | 'listed'> {
  module: string | null
}

/** True when it is of the selected part. */
export function isSelected({ module, hints }: Offered, selection: Selection): boolean {
  if (selection.readOnly && !hints?.readOnly) return false
  if (module === null) return true
  if (selection.module !== undefined && selection.module !== module) return false
  return selection.toolsets === undefined || selection.toolsets.includes(module)
}

/** True when the caller's credential covers it. */
export function isPermitted({ scope, access }: Offered, { principal }: Selection): boolean {
  if (principal.kind === 'anonymous' && access !== 'optional') return false
  return allows(principal, scope)
}

/** True when the caller asked for some modules by name. */
export const isNarrowed = ({ module, toolsets }: Selection): boolean =>
  module !== undefined || toolsets !== undefined

/** True when it stands in the caller's list, not only in its module's. */
export const isListed = ({ listed }: Offered, selection: Selection): boolean =>
  listed !== 'module' || selection.everything === true || isNarrowed(selection)

/** True when the caller is to see it. */
export const isVisible = (offered: Offered, selection: Selection): boolean =>
  isSelected(offered, selection) && isPermitted(offered, selection)

/** The same for selections that see the same. */
export function selectionKey({ principal, module = '', toolsets, everything, readOnly }: Selection): string {
  const scopes =
    principal.scopes.length > 1 ? principal.scopes.toSorted().join(' ') : (principal.scopes[0] ?? '')
  const kind = principal.kind === 'anonymous' || principal.kind === 'ingest' ? principal.kind : ''
  return `${module}\n${toolsets?.join(' ') ?? (everything ? '**' : '*')}\n${readOnly ?? false}\n${kind}\n${scopes}`
}

/** Of the tools that the caller may use. */
export type Part = Pick<Selection, 'toolsets' | 'everything' | 'readOnly'>

/** Whatever else a client writes, it wants nothing changed. */
const off = /^(?:false|0|no|off|)$/i

/** What the headers of a request ask for; `usual` is what a request without them gets. */
export function selectionOf(headers: Headers, modules: readonly string[], usual: Part = {}): Part {
  const toolsets = headers.get('x-mcp-toolsets')
  const readOnly = headers.get('x-mcp-readonly')
  if (toolsets === null && readOnly === null) return usual
  const named = toolsets ? toolsetsOf(toolsets.split(','), modules) : usual
  return { ...named, readOnly: readOnly !== null && !off.test(readOnly.trim()) }
}

/**
 * The part that a list of modules stands for. Names of no module are left out, so that a list cached by its key stays
 * small: none at all selects what is usual, names of no module nothing.
 */
export function toolsetsOf(given: readonly string[], modules: readonly string[]): Part {
  if (given.length === 0) return {}
  const names = given.map((name) => name.trim().toLowerCase())
  return names.includes('all')
    ? { everything: true }
    : { toolsets: modules.filter((name) => names.includes(name)) }
}
