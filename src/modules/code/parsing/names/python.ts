import { type Analysis, type Source, textOf } from '../analysis'
import type { Binding, ImportFact } from '../facts'
import { childIn, childOf, nodesOf, type Syntax } from '../syntax'
import { analyzeNames } from './analyze'
import type { Written } from './expressions'
import type { NameRules } from './rules'

const comprehensions = [
  'list_comprehension',
  'set_comprehension',
  'dictionary_comprehension',
  'generator_expression',
]

const targets = (node: Syntax | undefined): Syntax[] => {
  if (!node) return []
  if (node.type === 'identifier') return [node]
  const open =
    /^(pattern_list|tuple_pattern|list_pattern|list_splat_pattern|dictionary_splat_pattern|as_pattern_target|tuple|parenthesized_expression)$/
  return open.test(node.type) ? node.children.flatMap(targets) : []
}

function boundNames(node: Syntax): ReturnType<NameRules['binds']> {
  switch (node.type) {
    case 'parameters':
    case 'lambda_parameters':
      return node.children.flatMap(targets).map((name) => ({ name }))
    case 'typed_parameter':
    case 'typed_default_parameter':
    case 'default_parameter': {
      const [name] = targets(childIn(node, 'name') ?? node.children[0])
      const type = childIn(node, 'type')?.children[0]
      return name ? [{ name, type }] : []
    }
    case 'assignment': {
      const left = childIn(node, 'left')
      const [type, value] = [childIn(node, 'type')?.children[0], childIn(node, 'right')]
      return targets(left).map((name) => (name === left ? { name, type, value } : { name }))
    }
    case 'for_statement':
    case 'for_in_clause':
      return targets(childIn(node, 'left')).map((name) =>
        name === childIn(node, 'left') ? { name, within: childIn(node, 'right') } : { name },
      )
    case 'named_expression':
      return targets(childIn(node, 'name')).map((name) => ({ name }))
    case 'as_pattern':
      return targets(childIn(node, 'alias')).map((name) => ({ name }))
  }
  return []
}

function writtenOf({ parent }: Syntax): Written | undefined {
  switch (parent?.type) {
    case 'function_definition':
      return { result: childIn(parent, 'return_type') }
    case 'class_definition':
      return {
        bases: (childIn(parent, 'superclasses')?.children ?? []).filter(
          ({ type }) => type !== 'keyword_argument',
        ),
      }
    case 'assignment':
      return { type: childIn(parent, 'type')?.children[0], value: childIn(parent, 'right') }
    case 'attribute':
      return parent.field === 'left' ? writtenOf(parent) : undefined
  }
  return undefined
}

const rules: NameRules = {
  scopes: new Set(['function_definition', 'lambda', ...comprehensions]),
  names: new Set(['identifier']),
  binds: boundNames,
  outer: ({ type, children }) => (/^(global|nonlocal)_statement$/.test(type) ? children : []),
  skips: ({ parent, field }) =>
    (parent?.type === 'keyword_argument' && field === 'name') ||
    parent?.type === 'dotted_name' ||
    parent?.type === 'aliased_import' ||
    (parent?.type === 'function_definition' && field === 'name'),
  objectOf: ({ parent, field }) =>
    parent?.type === 'attribute' && field === 'attribute' ? childIn(parent, 'object') : undefined,
  role(name) {
    const node = name.parent?.type === 'attribute' && name.field === 'attribute' ? name.parent : name
    if (node.parent?.type === 'call' && node.field === 'function') return 'call'
    if (node.parent?.type === 'decorator') return 'decorator'
    if (node.parent?.type === 'argument_list' && node.parent.parent?.type === 'class_definition')
      return 'extends'
    return node.parent?.type === 'type' ? 'type' : 'read'
  },
  written: writtenOf,
  self: new Set(['self', 'cls']),
  bareMembers: false,
}

/** Imports and references of Python. */
export const analyzePython = (source: Source): Analysis => analyzeNames(source, rules, importsOf(source))

const statements = new Set(['import_statement', 'import_from_statement'])

function importsOf(source: Source): ImportFact[] {
  return nodesOf(source.root, statements).flatMap((node) =>
    node.type === 'import_statement' ? wholeModules(source, node) : [fromModule(source, node)],
  )
}

/** `import a.b` makes `a` known; `import a.b as c` makes `c` the module. */
function wholeModules(source: Source, node: Syntax): ImportFact[] {
  return node.children.map((child) => {
    const alias = childIn(child, 'alias')
    const name = childIn(child, 'name') ?? child
    const specifier = textOf(source, name)
    const at = source.positionOf(name.start)
    const local = alias ? textOf(source, alias) : specifier.split('.')[0]!
    return { kind: 'import', specifier, ...at, bindings: [{ local, imported: '*', ...at }] }
  })
}

function fromModule(source: Source, node: Syntax): ImportFact {
  const module = childIn(node, 'module_name')!
  const named = node.children.filter(({ field }) => field === 'name')
  const bindings = named.map((child): Binding => {
    const name = childIn(child, 'name') ?? child
    const alias = childIn(child, 'alias') ?? name
    return { local: textOf(source, alias), imported: textOf(source, name), ...source.positionOf(name.start) }
  })
  const all = childOf(node, 'wildcard_import') !== undefined
  return {
    kind: all ? 'export_all' : 'import',
    specifier: textOf(source, module),
    ...source.positionOf(module.start),
    bindings,
  }
}
