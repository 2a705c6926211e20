import { type Analysis, type Source, textOf } from '../analysis'
import type { ImportFact } from '../facts'
import { childIn, childOf, nodesOf, type Syntax } from '../syntax'
import { analyzeNames, inField, type NameRules } from './analyze'

const identifiers = (nodes: readonly Syntax[]): { name: Syntax }[] =>
  nodes
    .flatMap((node) => (node.type === 'expression_list' ? node.children : [node]))
    .flatMap((name) => (name.type === 'identifier' ? [{ name }] : []))

/** `Shop` of `*Shop`, `Shop[T]`. */
function typeName(node: Syntax | undefined): Syntax | undefined {
  if (!node || node.type === 'type_identifier') return node
  if (node.type === 'pointer_type') return typeName(node.children[0])
  return node.type === 'generic_type' ? typeName(childIn(node, 'type')) : undefined
}

const rules: NameRules = {
  scopes: new Set(['function_declaration', 'method_declaration', 'func_literal']),
  names: new Set(['identifier', 'type_identifier', 'field_identifier', 'package_identifier']),
  binds(node) {
    switch (node.type) {
      case 'parameter_declaration':
      case 'variadic_parameter_declaration':
      case 'var_spec':
      case 'const_spec': {
        const type = typeName(childIn(node, 'type'))
        return node.children
          .filter(({ field, type: kind }) => field === 'name' && kind === 'identifier')
          .map((name) => ({ name, type }))
      }
      case 'short_var_declaration':
      case 'range_clause':
        return identifiers(inField(node, 'left'))
      case 'type_switch_statement':
        return identifiers(inField(node, 'alias'))
    }
    return []
  },
  skips: ({ parent, field, type }) =>
    (type === 'field_identifier' && parent?.type !== 'selector_expression') ||
    (type === 'package_identifier' && parent?.type !== 'qualified_type') ||
    (parent?.type === 'keyed_element' && field === 'key') ||
    (parent?.type === 'literal_element' &&
      parent.parent?.type === 'keyed_element' &&
      parent.parent.children[0] === parent),
  objectOf({ parent, type }) {
    if (type === 'field_identifier') return childIn(parent!, 'operand')
    return parent?.type === 'qualified_type' && type === 'type_identifier'
      ? childIn(parent, 'package')
      : undefined
  },
  role(name) {
    const node = name.parent?.type === 'selector_expression' && name.field === 'field' ? name.parent : name
    if (node.parent?.type === 'call_expression' && node.field === 'function') return 'call'
    return name.type === 'type_identifier' ? 'type' : 'read'
  },
  self: new Set(),
  bareMembers: false,
}

/** Imports and references of Go. An import brings the package as a whole, under the last part of its path or the name given. */
export function analyzeGo(source: Source): Analysis {
  const clause = childOf(source.root, 'package_clause')?.children[0]
  const analysis = analyzeNames(
    source,
    rules,
    nodesOf(source.root, new Set(['import_spec'])).flatMap((node) => importOf(source, node)),
  )
  return { ...analysis, package: clause && textOf(source, clause) }
}

function importOf(source: Source, node: Syntax): ImportFact[] {
  const path = childIn(node, 'path')
  if (!path) return []
  const specifier = textOf(source, path).slice(1, -1)
  const name = childIn(node, 'name')
  const at = source.positionOf(path.start)
  const kind = name?.type === 'dot' ? 'export_all' : 'import'
  if (name && name.type !== 'package_identifier') return [{ kind, specifier, ...at, bindings: [] }]
  const local = name ? textOf(source, name) : packageName(specifier)
  return [{ kind, specifier, ...at, bindings: [{ local, imported: '*', ...at }] }]
}

/** By convention: `gopkg.in/yaml.v3` is yaml, `example.com/log/v2` is log, `go-cmp` is cmp. */
function packageName(path: string): string {
  const parts = path.split('/')
  const last = /^v\d+$/.test(parts.at(-1)!) && parts.length > 1 ? parts.at(-2)! : parts.at(-1)!
  return last
    .replace(/\.v\d+$/, '')
    .replace(/^go-|-go$/g, '')
    .replace(/[-.]/g, '_')
}
