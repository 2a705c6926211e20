import { type Analysis, type Source, textOf } from '../analysis'
import type { ImportFact } from '../facts'
import { childIn, childOf, nodesOf, type Syntax } from '../syntax'
import { analyzeNames } from './analyze'
import type { Written } from './expressions'
import { inField, type NameRules } from './rules'

const identifiers = (nodes: readonly Syntax[]): { name: Syntax }[] =>
  nodes
    .flatMap((node) => (node.type === 'expression_list' ? node.children : [node]))
    .flatMap((name) => (name.type === 'identifier' ? [{ name }] : []))

const rules: NameRules = {
  scopes: new Set(['function_declaration', 'method_declaration', 'func_literal']),
  names: new Set(['identifier', 'type_identifier', 'field_identifier', 'package_identifier']),
  binds(node) {
    switch (node.type) {
      case 'parameter_declaration':
      case 'variadic_parameter_declaration':
      case 'var_spec':
      case 'const_spec': {
        const type = childIn(node, 'type')
        return node.children
          .filter(({ field, type: kind }) => field === 'name' && kind === 'identifier')
          .map((name) => ({ name, type }))
      }
      case 'short_var_declaration': {
        const values = childIn(node, 'right')?.children ?? []
        return identifiers(inField(node, 'left')).map(({ name }, at) => ({
          name,
          from: node.end,
          value: values[at],
        }))
      }
      case 'range_clause': {
        const names = identifiers(inField(node, 'left'))
        return names.map(({ name }, at) => (at === 1 ? { name, within: childIn(node, 'right') } : { name }))
      }
      case 'type_switch_statement':
        return identifiers(inField(node, 'alias'))
    }
    return []
  },
  skips: ({ parent, field, type }) =>
    (type === 'field_identifier' && parent?.type !== 'selector_expression') ||
    (type === 'package_identifier' && parent?.type !== 'qualified_type') ||
    (parent?.type === 'keyed_element' && field === 'key'),
  objectOf(node) {
    const { parent, type } = node
    const keyed = keyOf(node)
    if (keyed) return literalOf(keyed)
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
  written: writtenOf,
  self: new Set(),
  bareMembers: false,
}

/** The element of a literal whose key a name is: `Name: x`. */
function keyOf({ parent }: Syntax): Syntax | undefined {
  const element = parent?.type === 'literal_element' ? parent.parent : undefined
  return element?.type === 'keyed_element' && element.children[0] === parent ? element : undefined
}

/** The literal around an element, where it says its type: `Command{Name: x}`. */
function literalOf(element: Syntax): Syntax | undefined {
  const literal = element.parent?.parent
  return literal?.type === 'composite_literal' ? literal : (element.parent ?? undefined)
}

function writtenOf({ parent }: Syntax): Written | undefined {
  switch (parent?.type) {
    case 'function_declaration':
    case 'method_declaration':
    case 'method_elem':
      return { result: childIn(parent, 'result') }
    case 'field_declaration':
      return { type: childIn(parent, 'type') }
    case 'var_spec':
    case 'const_spec':
      return { type: childIn(parent, 'type'), value: childIn(parent, 'value')?.children[0] }
    case 'type_spec':
      return { bases: embedded(childIn(parent, 'type')) }
  }
  return undefined
}

/** Fields of a struct, or elements of an interface, that have no name of their own. */
function embedded(type: Syntax | undefined): Syntax[] {
  const list = type?.type === 'struct_type' ? type.children[0] : type
  return (list?.children ?? []).flatMap((one) =>
    one.type === 'field_declaration' && !childIn(one, 'name')
      ? inField(one, 'type')
      : one.type === 'type_elem'
        ? one.children.slice(0, 1)
        : [],
  )
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
