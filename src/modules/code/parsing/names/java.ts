import { type Analysis, type Source, textOf } from '../analysis'
import type { ImportFact } from '../facts'
import { childIn, childOf, type Syntax } from '../syntax'
import { analyzeNames } from './analyze'
import type { Written } from './expressions'
import { inField, type NameRules } from './rules'

const simpleType = (node: Syntax | undefined): Syntax | undefined =>
  node?.type === 'generic_type'
    ? node.children[0]
    : /^(scoped_)?type_identifier$/.test(node?.type ?? '')
      ? node
      : undefined

const rules: NameRules = {
  scopes: new Set([
    'method_declaration',
    'constructor_declaration',
    'lambda_expression',
    'static_initializer',
  ]),
  names: new Set(['identifier', 'type_identifier']),
  binds(node) {
    switch (node.type) {
      case 'formal_parameter':
      case 'spread_parameter':
      case 'enhanced_for_statement':
      case 'catch_formal_parameter':
      case 'resource': {
        const type = simpleType(childIn(node, 'type'))
        return inField(node, 'name').map((name) => ({ name, type }))
      }
      case 'local_variable_declaration': {
        const type = simpleType(childIn(node, 'type'))
        const declarators = node.children.filter((child) => child.type === 'variable_declarator')
        return declarators.flatMap((child) => inField(child, 'name')).map((name) => ({ name, type }))
      }
      case 'inferred_parameters':
        return node.children.map((name) => ({ name }))
      case 'lambda_expression':
        return inField(node, 'parameters')
          .filter(({ type }) => type === 'identifier')
          .map((name) => ({ name }))
    }
    return []
  },
  skips: ({ parent }) =>
    /^(scoped_identifier|package_declaration|import_declaration|labeled_statement)$/.test(parent?.type ?? ''),
  objectOf(name) {
    const { parent, field } = name
    if (parent?.type === 'method_invocation' && field === 'name') return childIn(parent, 'object')
    if (parent?.type === 'field_access' && field === 'field') return childIn(parent, 'object')
    if (parent?.type === 'scoped_type_identifier' && parent.children.at(-1) === name)
      return parent.children[0]
    return undefined
  },
  role(name) {
    const { parent, field } = name
    if (parent?.type === 'method_invocation' && field === 'name') return 'call'
    const holder = parent?.type === 'generic_type' ? parent : name
    if (holder.parent?.type === 'object_creation_expression' && holder.field === 'type') return 'new'
    if (holder.parent?.type === 'superclass') return 'extends'
    if (holder.parent?.type === 'type_list') return 'implements'
    if (parent?.type.endsWith('annotation')) return 'decorator'
    return name.type === 'type_identifier' ? 'type' : 'read'
  },
  written: writtenOf,
  self: new Set(['this']),
  bareMembers: true,
  whole: ({ type, parent, start, end }, { text }) => {
    if (!/^(field_access|scoped_type_identifier)$/.test(type)) return undefined
    const written = text.slice(start, end)
    if (!wholeName.test(written) || parent?.type === 'import_declaration') return undefined
    const [root, imported] = [written.split('.')[0]!, written.slice(written.lastIndexOf('.') + 1)]
    return { root, specifier: written, imported }
  },
}

/** `java.util.List`: packages in small letters, and a class that is no constant. */
const wholeName = /^(?:[a-z_][\w$]*\.)+[A-Z][\w$]*[a-z][\w$]*$/

function writtenOf({ parent }: Syntax): Written | undefined {
  switch (parent?.type) {
    case 'method_declaration':
      return { result: childIn(parent, 'type') }
    case 'variable_declarator':
      return parent.parent?.type === 'field_declaration'
        ? { type: childIn(parent.parent, 'type') }
        : undefined
    case 'class_declaration':
    case 'interface_declaration':
    case 'enum_declaration':
    case 'record_declaration':
      return {
        bases: parent.children
          .filter(({ type }) => /^(superclass|super_interfaces|extends_interfaces)$/.test(type))
          .flatMap((clause) =>
            clause.children.flatMap((one) => (one.type === 'type_list' ? one.children : [one])),
          ),
      }
  }
  return undefined
}

/** Imports and references of Java. */
export function analyzeJava(source: Source): Analysis {
  const imports = source.root.children
    .filter(({ type }) => type === 'import_declaration')
    .flatMap((node) => importOf(source, node))
  const named = childOf(source.root, 'package_declaration')?.children.at(-1)
  return { ...analyzeNames(source, rules, imports), package: named && textOf(source, named) }
}

function importOf(source: Source, node: Syntax): ImportFact[] {
  const path = childOf(node, 'scoped_identifier', 'identifier')
  if (!path) return []
  const specifier = textOf(source, path)
  const at = source.positionOf(path.start)
  if (childOf(node, 'asterisk')) {
    const all = /^import\s+static\b/.test(textOf(source, node)) ? [{ local: '', imported: '*', ...at }] : []
    return [{ kind: 'export_all', specifier, ...at, bindings: all }]
  }
  const local = specifier.split('.').at(-1)!
  const named = source.positionOf(path.end - local.length)
  return [{ kind: 'import', specifier, ...at, bindings: [{ local, imported: local, ...named }] }]
}
