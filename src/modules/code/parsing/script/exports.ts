import { type Source, textOf } from '../analysis'
import type { ExportFact } from '../facts'
import { childIn, childOf, type Syntax } from '../syntax'

/** What the module gives others under which name; re-exports with a source are imports. */
export function readExports(source: Source): ExportFact[] {
  return source.root.children.flatMap((node) => {
    if (node.type === 'export_statement') return exported(source, node)
    if (node.type === 'expression_statement') return assigned(source, node.children[0])
    if (!/^(lexical|variable)_declaration$/.test(node.type)) return []
    return node.children.flatMap((child) => assigned(source, childIn(child, 'value'), childIn(child, 'name')))
  })
}

const fact = (source: Source, name: string, local: Syntax): ExportFact => ({
  name: name.replace(/^(["'])(.*)\1$/, '$2'),
  local: textOf(source, local),
  ...source.positionOf(local.start),
})

function exported(source: Source, node: Syntax): ExportFact[] {
  if (childIn(node, 'source')) return []
  const declaration = childIn(node, 'declaration')
  const isDefault = /^export\s+default\b/.test(source.text.slice(node.start, node.start + 40))
  if (declaration) {
    const names = declaredNames(declaration)
    return names.map((name) => fact(source, isDefault ? 'default' : textOf(source, name), name))
  }
  const clause = childOf(node, 'export_clause')
  if (clause) return clause.children.flatMap((specifier) => listed(source, specifier))
  const target = childIn(node, 'value') ?? childOf(node, 'identifier')
  if (!target) return []
  const position = source.positionOf(target.start)
  return [
    {
      name: 'default',
      local: target.type === 'identifier' ? textOf(source, target) : 'default',
      ...position,
    },
  ]
}

function listed(source: Source, specifier: Syntax): ExportFact[] {
  const name = childIn(specifier, 'name')
  return name ? [fact(source, textOf(source, childIn(specifier, 'alias') ?? name), name)] : []
}

function declaredNames(node: Syntax): Syntax[] {
  const name = childIn(node, 'name')
  if (name && node.type !== 'variable_declarator') return [name]
  if (node.type === 'ambient_declaration' || node.type.endsWith('_declaration'))
    return node.children.flatMap((child) =>
      child.type === 'variable_declarator'
        ? patternNames(childIn(child, 'name'))
        : node.type === 'ambient_declaration'
          ? declaredNames(child)
          : [],
    )
  return []
}

function patternNames(node: Syntax | undefined): Syntax[] {
  if (!node) return []
  if (node.type === 'identifier' || node.type === 'shorthand_property_identifier_pattern') return [node]
  if (node.type === 'pair_pattern') return patternNames(childIn(node, 'value'))
  if (node.type.endsWith('assignment_pattern')) return patternNames(childIn(node, 'left'))
  return node.type.endsWith('_pattern') ? node.children.flatMap(patternNames) : []
}

/** `module.exports = …` and `exports.name = …`, also in a row: `exports = module.exports = make`. A variable that takes it all may hold the value. */
function assigned(source: Source, node: Syntax | undefined, holder?: Syntax): ExportFact[] {
  const paths: string[] = []
  let value = node
  for (; value?.type === 'assignment_expression'; value = childIn(value, 'right')) {
    const left = childIn(value, 'left')
    if (left?.type === 'member_expression') paths.push(textOf(source, left))
  }
  const given = holder ?? value
  return given ? paths.flatMap((path) => assignedAs(source, path, given)) : []
}

function assignedAs(source: Source, path: string, value: Syntax): ExportFact[] {
  const named = /^(?:module\.)?exports\.([\w$]+)$/.exec(path)?.[1]
  if (named)
    return [
      { ...fact(source, named, value), local: value.type === 'identifier' ? textOf(source, value) : named },
    ]
  if (path !== 'module.exports') return []
  if (value.type !== 'object') return moduleItself(source, value)
  return value.children.flatMap((child) => {
    if (child.type === 'shorthand_property_identifier') return [fact(source, textOf(source, child), child)]
    const key = childIn(child, 'key') ?? childIn(child, 'name')
    const held = childIn(child, 'value')
    return key ? [fact(source, textOf(source, key), held?.type === 'identifier' ? held : key)] : []
  })
}

/** What `require` gives, and an import of the default: a name, or a function or class that may have one. */
function moduleItself(source: Source, value: Syntax): ExportFact[] {
  if (!/^(identifier|class|arrow_function|function_expression|generator_function)$/.test(value.type))
    return []
  const name = value.type === 'identifier' ? value : childIn(value, 'name')
  const given = name ? fact(source, 'default', name) : { ...fact(source, 'default', value), local: 'default' }
  return [given, { ...given, name: '=' }]
}
