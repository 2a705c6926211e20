import type { Operation } from '../../core/operation'
import { allows, type Principal } from '../../core/principal'

/** Who asks, and which part of what they may use they want to see. */
export interface Selection {
  principal: Principal
  /** One module's alone: of `/mcp/<module>`. */
  module?: string | undefined
  /** These modules' alone: of the header `X-MCP-Toolsets`. */
  toolsets?: readonly string[] | undefined
  /** Tools that change nothing alone: of the header `X-MCP-Readonly`. */
  readOnly?: boolean | undefined
}

/** What a tool, resource or prompt asks of its caller. `module` is null for what the platform itself has. */
export interface Offered extends Pick<Operation, 'scope' | 'access' | 'hints'> {
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

/** True when the caller is to see it. */
export const isVisible = (offered: Offered, selection: Selection): boolean =>
  isSelected(offered, selection) && isPermitted(offered, selection)

/** The same for selections that see the same. */
export function selectionKey({ principal, module = '', toolsets, readOnly }: Selection): string {
  const scopes =
    principal.scopes.length > 1 ? principal.scopes.toSorted().join(' ') : (principal.scopes[0] ?? '')
  const kind = principal.kind === 'anonymous' || principal.kind === 'ingest' ? principal.kind : ''
  return `${module}\n${toolsets?.join(' ') ?? '*'}\n${readOnly ?? false}\n${kind}\n${scopes}`
}

/**
 * The part that the headers of a request ask for. Names of no module are left out, so that a list cached by its key stays
 * small: an absent header selects all, one that names no module nothing.
 */
export function selectionOf(
  headers: Headers,
  modules: readonly string[],
): Pick<Selection, 'toolsets' | 'readOnly'> {
  const toolsets = headers.get('x-mcp-toolsets')
  const readOnly = headers.get('x-mcp-readonly')
  if (toolsets === null && readOnly === null) return {}
  const named = toolsets?.split(',').map((name) => name.trim().toLowerCase())
  const all = named === undefined || named.includes('all') || toolsets === ''
  return {
    toolsets: all ? undefined : modules.filter((name) => named.includes(name)),
    readOnly: readOnly !== null && /^(true|1|yes)$/i.test(readOnly.trim()),
  }
}
