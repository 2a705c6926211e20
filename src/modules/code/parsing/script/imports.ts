import { type Source, textOf } from '../analysis'
import type { Binding, ImportFact, ImportKind } from '../facts'
import { childIn, childOf, nodesOf, type Syntax } from '../syntax'

/** The imports of a file, and the offsets of the names that they declare with the index of the binding. */
export interface Imports {
  imports: ImportFact[]
  bindings: Map<number, number>
  /** Names in import and re-export lists: neither declared nor used here. */
  listed: Set<Syntax>
}

/** A binding with the node that declares it here, if one does. */
interface Bound extends Binding {
  node?: Syntax | undefined
}

const sources = new Set(['import_statement', 'export_statement', 'call_expression'])

/** Imports, re-exports, `require` and `import()` of a text, wherever they stand. */
export function readImports(source: Source): Imports {
  const result: Imports = { imports: [], bindings: new Map(), listed: new Set() }
  let count = 0
  for (const node of nodesOf(source.root, sources)) {
    const found = importOf(source, node)
    if (!found) continue
    for (const { node: name } of found.bindings) {
      if (name) result.bindings.set(name.start, count)
      count++
    }
    const { bindings, ...rest } = found
    result.imports.push({ ...rest, bindings: bindings.map(({ node: _node, ...binding }) => binding) })
    markListed(node, result.listed)
  }
  return result
}

function markListed(node: Syntax, listed: Set<Syntax>): void {
  if (node.type !== 'export_statement') return
  for (const specifier of nodesOf(node, new Set(['export_specifier', 'namespace_export'])))
    for (const child of specifier.children) listed.add(child)
}

type FoundImport = Omit<ImportFact, 'bindings'> & { bindings: Bound[] }

function importOf(source: Source, node: Syntax): FoundImport | undefined {
  if (node.type === 'call_expression') return calledImport(source, node)
  const specifier = childIn(node, 'source') ?? childOf(node, 'import_require_clause')?.children[1]
  if (specifier?.type !== 'string') return undefined
  const kind = kindOf(source, node)
  const bindings =
    node.type === 'import_statement' ? importedNames(source, node) : reExportedNames(source, node)
  return { kind, ...specified(source, specifier), bindings }
}

function kindOf(source: Source, node: Syntax): ImportKind {
  const head = source.text.slice(node.start, node.start + 20)
  if (node.type === 'import_statement') {
    if (childOf(node, 'import_require_clause')) return 'require'
    return /^import\s+type[\s{]/.test(head) ? 'type_import' : 'import'
  }
  return childOf(node, 'export_clause', 'namespace_export') ? 're_export' : 'export_all'
}

function specified(source: Source, node: Syntax) {
  const specifier = textOf(source, node).slice(1, -1)
  return { specifier, ...source.positionOf(node.start) }
}

const bound = (source: Source, imported: string, at: Syntax, node: Syntax): Bound => ({
  local: textOf(source, node),
  imported,
  ...source.positionOf(at.start),
  node,
})

const unquoted = (text: string) => text.replace(/^(["'])(.*)\1$/, '$2')

function specifierNames(source: Source, specifier: Syntax): Bound[] {
  const name = childIn(specifier, 'name')
  if (!name) return []
  const found = bound(source, unquoted(textOf(source, name)), name, childIn(specifier, 'alias') ?? name)
  return [{ ...found, local: unquoted(found.local) }]
}

function importedNames(source: Source, node: Syntax): Bound[] {
  const clause = childOf(node, 'import_clause', 'import_require_clause')
  const star = clause?.type === 'import_require_clause'
  return (clause?.children ?? []).flatMap((child): Bound[] => {
    if (child.type === 'identifier') return [bound(source, star ? '*' : 'default', child, child)]
    if (child.type === 'namespace_import') return [bound(source, '*', child.children[0]!, child.children[0]!)]
    if (child.type === 'named_imports') return child.children.flatMap((one) => specifierNames(source, one))
    return []
  })
}

function reExportedNames(source: Source, node: Syntax): Bound[] {
  const whole = childOf(node, 'namespace_export')?.children[0]
  if (whole) return [{ ...bound(source, '*', whole, whole), node: undefined }]
  const listed = childOf(node, 'export_clause')?.children ?? []
  return listed.flatMap((one) => specifierNames(source, one)).map((one) => ({ ...one, node: undefined }))
}

/** `require('x')` and `import('x')`, with the names of the variable that takes it. */
function calledImport(source: Source, node: Syntax): FoundImport | undefined {
  const called = childIn(node, 'function')
  const [specifier] = childIn(node, 'arguments')?.children ?? []
  if (!called || specifier?.type !== 'string') return undefined
  const isImport = called.type === 'import'
  if (!isImport && !(called.type === 'identifier' && textOf(source, called) === 'require')) return undefined
  const holder = node.parent?.type === 'await_expression' ? node.parent.parent : node.parent
  const name = holder?.type === 'variable_declarator' ? childIn(holder, 'name') : undefined
  const kind: ImportKind = isImport ? 'dynamic_import' : 'require'
  // `module.exports = require('x')` passes on all that the other has.
  if (holder?.type === 'assignment_expression' && /^module\.exports\s*=/.test(textOf(source, holder)))
    return { kind: 'export_all', ...specified(source, specifier), bindings: [] }
  return {
    kind,
    ...specified(source, specifier),
    bindings: name ? patternNames(source, name) : takenBy(source, holder),
  }
}

/** `(await import('x')).name`, `require('x').name`, and what `import('x').then(…)` passes on. */
function takenBy(source: Source, holder: Syntax | null | undefined): Bound[] {
  const outer = holder?.type === 'parenthesized_expression' ? holder.parent : holder
  const name = outer?.type === 'member_expression' ? childIn(outer, 'property') : undefined
  if (!name || !outer) return []
  const parameter = textOf(source, name) === 'then' ? parameterOf(outer.parent) : undefined
  if (parameter) return patternNames(source, parameter)
  const variable = outer.parent?.type === 'variable_declarator' ? childIn(outer.parent, 'name') : undefined
  if (variable?.type === 'identifier') return [bound(source, textOf(source, name), name, variable)]
  return [{ ...bound(source, textOf(source, name), name, name), node: undefined }]
}

/** The parameter of a call's callback. */
function parameterOf(call: Syntax | null): Syntax | undefined {
  const callback = call && childIn(call, 'arguments')?.children[0]
  if (!callback) return undefined
  const first = childIn(callback, 'parameter') ?? childOf(callback, 'formal_parameters')?.children[0]
  return first && (childIn(first, 'pattern') ?? first)
}

function patternNames(source: Source, name: Syntax): Bound[] {
  if (name.type === 'identifier') return [bound(source, '*', name, name)]
  return name.children.flatMap((child): Bound[] => {
    if (child.type === 'shorthand_property_identifier_pattern')
      return [bound(source, textOf(source, child), child, child)]
    const [key, local] = [childIn(child, 'key'), childIn(child, 'value')]
    if (!key || local?.type !== 'identifier') return []
    return [bound(source, textOf(source, key), key, local)]
  })
}
