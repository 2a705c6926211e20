import type { Syntax } from '../syntax'

/** TypeScript keeps values and types apart: a parameter `Foo` does not hide a type `Foo`. */
export const value = 1
export const type = 2
export const either = 3

/** What a declared name is: an import, one of the file's symbols, or local to where it stands. */
export type Meant = { to: 'binding' | 'symbol'; index: number } | { to: 'local' }

/** Where the file says what a local name holds: an annotation, a value, or a part of either. */
export type Origin =
  | { by: 'type' | 'value' | 'generic'; node: Syntax }
  | { by: 'member'; of: Origin; name: string }
  | { by: 'element'; of: Origin }
  | { by: 'parameter'; of: Syntax; at: number }

export interface Declared {
  meaning: number
  meant: Meant
  origin?: Origin | undefined
}

export interface Scope {
  node: Syntax
  parent: Scope | null
  /** `var` and `this` belong to functions. */
  isFunction: boolean
  names: Map<string, Declared[]>
}

export const functionTypes: ReadonlySet<string> = new Set([
  'function_declaration',
  'generator_function_declaration',
  'function_expression',
  'generator_function',
  'arrow_function',
  'method_definition',
  'class_static_block',
])

export const scopeTypes: ReadonlySet<string> = new Set([
  ...functionTypes,
  'class_declaration',
  'abstract_class_declaration',
  'class',
  'statement_block',
  'switch_body',
  'for_statement',
  'for_in_statement',
  'catch_clause',
  'interface_declaration',
  'type_alias_declaration',
  'function_signature',
  'function_type',
  'constructor_type',
  'call_signature',
  'construct_signature',
  'method_signature',
  'abstract_method_signature',
  'conditional_type',
  'index_signature',
  'internal_module',
  'module',
])

/** The file's own scope has no parent; its node is an error where the parser cannot make a program of the text. */
export const openScope = (node: Syntax, parent: Scope | null): Scope => ({
  node,
  parent,
  isFunction: parent === null || functionTypes.has(node.type) || node.type.endsWith('module'),
  names: new Map(),
})

export function declare(scope: Scope, name: string, declared: Declared): void {
  const known = scope.names.get(name)
  if (known) known.push(declared)
  else scope.names.set(name, [declared])
}

/** The declaration that a name means, and where it stands; undefined for names from elsewhere. */
export function lookUp(
  from: Scope,
  name: string,
  meaning: number,
): { declared: Declared; scope: Scope } | undefined {
  for (let scope: Scope | null = from; scope; scope = scope.parent) {
    const known = scope.names.get(name)
    const declared = known && fitting(known, meaning)
    if (declared) return { declared, scope }
  }
  return undefined
}

/** The first with that meaning. Beside a value of the file an import of the same name can only be a type. */
function fitting(known: readonly Declared[], meaning: number): Declared | undefined {
  let first: Declared | undefined
  for (const declared of known) {
    if ((declared.meaning & meaning) === 0) continue
    if (meaning !== value || declared.meant.to !== 'binding') return declared
    first ??= declared
  }
  return first
}

export function functionScope(scope: Scope): Scope {
  let at = scope
  while (!at.isFunction && at.parent) at = at.parent
  return at
}
