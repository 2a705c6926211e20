import { type Source, textOf } from '../analysis'
import type { ExportFact } from '../facts'
import { childIn, childOf, type Syntax } from '../syntax'

/** What the module gives others under which name; re-exports with a source are imports. */
export function readExports(source: Source): ExportFact[] {
  return source.root.children.flatMap((node) => {
    if (node.type === 'export_statement') return exported(source, node)
    if (node.type === 'expression_statement') return assigned(source, node)
    return []
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

/** `module.exports = …` and `exports.name = …`. */
function assigned(source: Source, statement: Syntax): ExportFact[] {
  const node = statement.children[0]
  const [left, right] = node?.type === 'assignment_expression' ? node.children : []
  if (left?.type !== 'member_expression' || !right) return []
  const path = textOf(source, left)
  const named = /^(?:module\.)?exports\.([\w$]+)$/.exec(path)?.[1]
  if (named)
    return [
      { ...fact(source, named, right), local: right.type === 'identifier' ? textOf(source, right) : named },
    ]
  if (path !== 'module.exports') return []
  if (right.type === 'identifier') return [fact(source, 'default', right)]
  if (right.type !== 'object') return []
  return right.children.flatMap((child) => {
    if (child.type === 'shorthand_property_identifier') return [fact(source, textOf(source, child), child)]
    const [key, value] = [childIn(child, 'key'), childIn(child, 'value')]
    return key && value?.type === 'identifier' ? [fact(source, textOf(source, key), value)] : []
  })
}
