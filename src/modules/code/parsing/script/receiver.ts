import { type Source, textOf } from '../analysis'
import type { Target } from '../facts'
import { childIn, childOf, type Syntax } from '../syntax'
import { annotated, typeNameOf } from './declarations'
import { either, lookUp, type Scope, type, value } from './scope'

interface Named {
  source: Source
}

/**
 * The class, interface, namespace, … that `node` is or is one of, as far as the file says so: by its own name, by an annotation, by `new`,
 * by `this`, or by a field of `this`. Undefined for all else.
 */
export function receiverOf(names: Named, node: Syntax, scope: Scope): Target | undefined {
  switch (node.type) {
    case 'identifier':
    case 'type_identifier':
      return ofName(names, node, scope)
    case 'this':
      return ofThis(names, scope)
    case 'member_expression':
      return ofField(names, node, scope)
    case 'new_expression': {
      const created = childIn(node, 'constructor')
      return created?.type === 'identifier' ? ofName(names, created, scope) : undefined
    }
    case 'as_expression':
    case 'satisfies_expression':
      return ofType(names, typeNameOf(node.children[1]), scope)
    case 'parenthesized_expression':
    case 'non_null_expression':
    case 'await_expression':
      return node.children[0] ? receiverOf(names, node.children[0], scope) : undefined
  }
  return undefined
}

function ofName({ source }: Named, node: Syntax, scope: Scope): Target | undefined {
  const found = lookUp(scope, textOf(source, node), node.type === 'identifier' ? value : either)
  if (!found) return undefined
  const { typeName, meant } = found.declared
  if (typeName) return ofType({ source }, typeName, found.scope)
  return meant.to === 'local' ? undefined : meant
}

function ofType({ source }: Named, name: Syntax | undefined, scope: Scope): Target | undefined {
  if (!name) return undefined
  const found = lookUp(scope, textOf(source, name), name.type === 'identifier' ? either : type)
  return found && found.declared.meant.to !== 'local' ? found.declared.meant : undefined
}

/** The class whose body a scope stands in, unless a function with a `this` of its own comes between. */
function classAround(scope: Scope): Scope | undefined {
  for (let at: Scope | null = scope; at; at = at.parent) {
    if (at.node.type.endsWith('class') || at.node.type.endsWith('class_declaration')) return at
    const ownThis = /function/.test(at.node.type) && at.node.type !== 'arrow_function'
    if (ownThis || (at.node.type === 'method_definition' && at.node.parent?.type !== 'class_body'))
      return undefined
  }
  return undefined
}

function ofThis({ source }: Named, scope: Scope): Target | undefined {
  const around = classAround(scope)
  const name = around && childIn(around.node, 'name')
  const found = name && lookUp(around, textOf(source, name), either)
  return found && found.declared.meant.to !== 'local' ? found.declared.meant : undefined
}

function ofField(names: Named, node: Syntax, scope: Scope): Target | undefined {
  const [object, property] = node.children
  const around = object?.type === 'this' && property ? classAround(scope) : undefined
  if (!around) return undefined
  return ofType(names, fieldType(names.source, around.node, textOf(names.source, property!)), around)
}

function fieldType(source: Source, node: Syntax, field: string): Syntax | undefined {
  for (const member of childOf(node, 'class_body')?.children ?? []) {
    const name = childIn(member, 'name') ?? childIn(member, 'property')
    if (name && member.type.endsWith('field_definition') && textOf(source, name) === field)
      return annotated(member)
    if (name && member.type === 'method_definition' && textOf(source, name) === 'constructor') {
      const parameters = childIn(member, 'parameters')?.children ?? []
      const found = parameters.find(
        (parameter) =>
          childOf(parameter, 'accessibility_modifier') &&
          textOf(source, childIn(parameter, 'pattern') ?? parameter) === field,
      )
      if (found) return annotated(found)
    }
  }
  return undefined
}
