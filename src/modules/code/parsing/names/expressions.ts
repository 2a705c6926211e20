import { type Source, textOf } from '../analysis'
import type { Expression, Shape } from '../facts'
import { childIn, type Syntax } from '../syntax'

/** What a name is at its definition, in nodes of the syntax tree. */
export interface Written {
  /** The type of its value. */
  type?: Syntax | undefined
  value?: Syntax | undefined
  /** What it is an element of. */
  within?: Syntax | undefined
  /** For functions: the type of what they give. */
  result?: Syntax | undefined
  bases?: Syntax[]
}

/** What a name means where it stands: an expression, or what its function says of it. */
export type LookUp = (name: Syntax) => { expression: Expression } | Written | undefined

const deepest = 60

/** Nodes that have a member of something, each with the fields of the object and of the name. */
const members: Record<string, [object: string, name: string]> = {
  selector_expression: ['operand', 'field'],
  attribute: ['object', 'attribute'],
  field_access: ['object', 'field'],
  field_expression: ['value', 'field'],
  scoped_identifier: ['path', 'name'],
  scoped_type_identifier: ['path', 'name'],
  qualified_type: ['package', 'name'],
}

/** What stands inside is what it is: brackets, pointers, references, `await`, `?`. */
const same =
  /^(parenthesized_expression|unary_expression|pointer_type|reference_type|reference_expression|await|await_expression|try_expression|type|type_elem|constraint_elem|annotated_type|superclass|dynamic_type|type_conversion_expression)$/

/** Expressions of a file, and how deep the one stands that is read. */
interface Reading {
  source: Source
  depth: number
  add(expression: Expression): number
}

/** Expressions of a language whose scopes are its functions. */
export function createNameExpressions(source: Source) {
  const list: Expression[] = []
  const known = new Map<string, number>()
  function add(expression: Expression): number {
    const key = JSON.stringify(expression)
    const found = known.get(key)
    if (found !== undefined) return found
    known.set(key, list.length)
    return list.push(expression) - 1
  }
  const at: Reading = { source, depth: 0, add }
  return {
    list,
    add,
    value: (node: Syntax, lookUp: LookUp): number => value(at, node, lookUp),
    shape: (written: Written, lookUp: LookUp): Shape | undefined => shape(at, written, lookUp),
  }
}

function named(at: Reading, node: Syntax, lookUp: LookUp): number {
  const found = lookUp(node)
  if (!found) return at.add(['g', textOf(at.source, node), []])
  if ('expression' in found) return at.add(found.expression)
  if (found.within) {
    const of = value(at, found.within, lookUp)
    return of < 0 ? -1 : at.add(['[]', of])
  }
  return found.type ? type(at, found.type, lookUp) : value(at, found.value, lookUp)
}

/** Go's `new(T)`, Python's `super()`. */
function called(at: Reading, node: Syntax, lookUp: LookUp): number {
  const of = childIn(node, 'function')
  const first = childIn(node, 'arguments')?.children[0]
  const name = of && textOf(at.source, of)
  if (first?.type === 'type_identifier' && name === 'new') return type(at, first, lookUp)
  if (name === 'super') return value(at, of, lookUp)
  return wrap(at, value(at, of, lookUp))
}

function value(at: Reading, node: Syntax | undefined, lookUp: LookUp): number {
  if (!node || at.depth > deepest) return -1
  at.depth++
  const found = readValue(at, node, lookUp)
  at.depth--
  return found
}

function readValue(at: Reading, node: Syntax, lookUp: LookUp): number {
  if (/identifier$|^(this|self|crate|super)$/.test(node.type) && !members[node.type])
    return named(at, node, lookUp)
  if (members[node.type]) return member(at, node, members[node.type]!, lookUp)
  if (same.test(node.type))
    return value(
      at,
      node.children.find((one) => !/mutable|lifetime/.test(one.type)),
      lookUp,
    )
  switch (node.type) {
    case 'call':
    case 'call_expression':
      return called(at, node, lookUp)
    case 'method_invocation':
      return wrap(at, invoked(at, node, lookUp))
    case 'generic_type':
    case 'generic_function':
      return value(at, childIn(node, 'type') ?? childIn(node, 'function') ?? node.children[0], lookUp)
    case 'object_creation_expression':
    case 'composite_literal':
      return type(at, childIn(node, 'type'), lookUp)
    case 'struct_expression':
      return type(at, childIn(node, 'name'), lookUp)
    case 'cast_expression':
    case 'type_assertion_expression':
    case 'type_cast_expression':
      return type(at, childIn(node, 'type'), lookUp)
    case 'index_expression':
    case 'subscript':
      return element(at, node, lookUp)
    case 'slice_type':
    case 'array_type': {
      const of = type(at, childIn(node, 'element') ?? node.children.at(-1), lookUp)
      return of < 0 ? -1 : at.add(['a', of])
    }
  }
  return -1
}

function element(at: Reading, node: Syntax, lookUp: LookUp): number {
  const of = value(at, node.children[0], lookUp)
  return of < 0 ? -1 : at.add(['[]', of])
}

const wrap = (at: Reading, of: number): number => (of < 0 ? -1 : at.add(['()', of, -1]))

function member(at: Reading, node: Syntax, [object, name]: [string, string], lookUp: LookUp): number {
  const [inner, field] = [
    childIn(node, object) ?? node.children[0],
    childIn(node, name) ?? node.children.at(-1),
  ]
  // Java's `Outer.this`.
  if (field?.type === 'this') return type(at, inner, lookUp)
  const whole = lookUp(node)
  if (whole && 'expression' in whole) return at.add(whole.expression)
  const of = inner === field ? -1 : value(at, inner, lookUp)
  return of < 0 || !field ? -1 : at.add(['.', of, textOf(at.source, field)])
}

function invoked(at: Reading, node: Syntax, lookUp: LookUp): number {
  const [object, name] = [childIn(node, 'object'), childIn(node, 'name')]
  if (!name) return -1
  if (!object) return named(at, name, lookUp)
  const of = value(at, object, lookUp)
  return of < 0 ? -1 : at.add(['.', of, textOf(at.source, name)])
}

/** An instance of the type that is written. */
function type(at: Reading, node: Syntax | undefined, lookUp: LookUp): number {
  if (!node) return -1
  if (/^(slice_type|array_type)$/.test(node.type)) return readValue(at, node, lookUp)
  if (node.type === 'parameter_list') {
    const [first] = node.children
    return first ? type(at, childIn(first, 'type') ?? first, lookUp) : -1
  }
  if (node.type === 'pointer_type' || node.type === 'reference_type' || node.type === 'type')
    return type(
      at,
      node.children.find((one) => !/mutable|lifetime/.test(one.type)),
      lookUp,
    )
  const of = value(at, node, lookUp)
  return of < 0 ? -1 : at.add(['t', of, []])
}

function shape(
  at: Reading,
  { type: said, value: held, result, bases }: Written,
  lookUp: LookUp,
): Shape | undefined {
  if (bases && bases.length > 0)
    return { bases: bases.map((one) => type(at, one, lookUp)).filter((one) => one >= 0) }
  if (result) {
    const gives = type(at, result, lookUp)
    return gives < 0 ? undefined : { type: at.add(['f', gives, []]) }
  }
  const found = said ? type(at, said, lookUp) : value(at, held, lookUp)
  return found < 0 ? undefined : { type: found }
}
