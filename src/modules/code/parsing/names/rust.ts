import { type Analysis, type Source, textOf } from '../analysis'
import type { Binding, ImportFact } from '../facts'
import { childIn, nodesOf, type Syntax } from '../syntax'
import { analyzeNames } from './analyze'
import type { Written } from './expressions'
import type { NameRules } from './rules'

/** The names that a pattern binds. */
function patternNames(node: Syntax | undefined): Syntax[] {
  if (!node) return []
  if (node.type === 'identifier') return [node]
  if (/^(tuple_struct_pattern|struct_pattern|scoped_identifier|field_expression|match_arm)$/.test(node.type))
    return node.children.filter(({ field }) => field !== 'type').flatMap(patternNames)
  return /pattern|parameters$/.test(node.type) ? node.children.flatMap(patternNames) : []
}

function writtenOf({ parent }: Syntax): Written | undefined {
  switch (parent?.type) {
    case 'function_item':
    case 'function_signature_item':
      return { result: childIn(parent, 'return_type') }
    case 'field_declaration':
    case 'const_item':
    case 'static_item':
      return { type: childIn(parent, 'type') }
    case 'trait_item':
      return { bases: childIn(parent, 'bounds')?.children ?? [] }
  }
  return undefined
}

const rules: NameRules = {
  scopes: new Set(['function_item', 'closure_expression']),
  names: new Set(['identifier', 'type_identifier', 'field_identifier']),
  binds(node) {
    switch (node.type) {
      case 'parameter':
      case 'let_declaration': {
        const [type, value] = [childIn(node, 'type'), childIn(node, 'value')]
        const names = patternNames(childIn(node, 'pattern'))
        const from = node.type === 'let_declaration' ? node.end : 0
        return names.map((name) => (names.length === 1 ? { name, from, type, value } : { name, from }))
      }
      case 'closure_parameters':
        return patternNames(node).map((name) => ({ name }))
      case 'for_expression':
      case 'let_condition':
        return patternNames(childIn(node, 'pattern')).map((name) => ({ name }))
    }
    return []
  },
  skips: ({ parent, type }) =>
    (type === 'field_identifier' && !/^(field_expression|field_initializer)$/.test(parent?.type ?? '')) ||
    /^(use_|scoped_use|mod_item|lifetime|attribute)/.test(parent?.type ?? '') ||
    inUse(parent),
  objectOf(node, { text }) {
    const { parent, field } = node
    if (parent?.type === 'token_tree') return before(node, text)
    if (parent?.type === 'shorthand_field_initializer') return parent.parent?.parent ?? undefined
    if (parent?.type === 'field_initializer' && field === 'field') return parent.parent?.parent ?? undefined
    if (parent?.type === 'field_expression' && field === 'field') return childIn(parent, 'value')
    const scoped = parent?.type === 'scoped_identifier' || parent?.type === 'scoped_type_identifier'
    return scoped && field === 'name' ? childIn(parent, 'path') : undefined
  },
  role(name) {
    const { parent } = name
    const node =
      /^(scoped_identifier|field_expression)$/.test(parent?.type ?? '') && name.field !== 'path'
        ? parent!
        : name
    if (node.parent?.type === 'call_expression' && node.field === 'function') return 'call'
    if (node.parent?.type === 'macro_invocation') return 'call'
    const after = parent?.type === 'token_tree' ? beside(name, 1) : undefined
    if (after?.type === 'token_tree' && after.start === name.end) return 'call'
    if (node.parent?.type === 'impl_item' && node.field === 'trait') return 'implements'
    return name.type === 'type_identifier' ? 'type' : 'read'
  },
  written: writtenOf,
  self: new Set(['self', 'Self']),
  bareMembers: false,
  whole: (node, { text }) => {
    if (!/^scoped_(type_)?identifier$/.test(node.type)) return undefined
    const [, path, imported] = wholePath.exec(text.slice(node.start, node.end)) ?? []
    return path && imported ? { root: 'crate', specifier: fromFile(node, path), imported } : undefined
  },
}

/** `crate::a::b`, `super::b`. */
const wholePath = /^((?:crate|super|self)(?:::\w+)*)::(\w+)$/

/** A path as it is seen from the file: `super` of a module that stands in braces is the file itself. */
function fromFile(node: Syntax, path: string): string {
  const names = path.split('::')
  let inside = 0
  for (let at = node.parent; at; at = at.parent) if (at.type === 'mod_item') inside++
  const most = Math.min(inside, names.lastIndexOf('super') + 1)
  return most > 0 && names[0] === 'super' ? ['self', ...names.slice(most)].join('::') : path
}

const places = new WeakMap<Syntax, Map<Syntax, number>>()

/** A node so many places behind this one. Macros can have very many tokens, so places are kept. */
function beside(node: Syntax, by: number): Syntax | undefined {
  const { parent } = node
  if (!parent) return undefined
  const known = places.get(parent) ?? new Map(parent.children.map((child, at) => [child, at]))
  places.set(parent, known)
  return parent.children[known.get(node)! + by]
}

/** Macros take tokens: what a name is a member of by the dot or the colons before it, as the expression that they would be. */
function before(node: Syntax, text: string, depth = 0): Syntax | undefined {
  const object = beside(node, -1)
  const dot = object && text.slice(object.end, node.start).trim()
  if (!object || (dot !== '.' && dot !== '::') || depth > deepest) return undefined
  const inner = before(object, text, depth + 1)
  if (!inner) return object
  const [type, of, name] =
    dot === '.' ? ['field_expression', 'value', 'field'] : ['scoped_identifier', 'path', 'name']
  const children = [
    { ...inner, field: of },
    { ...object, field: name },
  ]
  return { type, field: null, start: inner.start, end: object.end, parent: null, children }
}

const deepest = 20

function inUse(node: Syntax | null): boolean {
  let at = node
  while (at && /^(scoped_identifier|use_)/.test(at.type)) {
    if (at.type.startsWith('use_')) return true
    at = at.parent
  }
  return at?.type === 'scoped_use_list'
}

/** Imports and references of Rust: `mod`, `use`, `pub use`. */
export function analyzeRust(source: Source): Analysis {
  const imports = nodesOf(source.root, new Set(['use_declaration', 'mod_item'])).flatMap((node) =>
    node.type === 'mod_item' ? moduleOf(source, node) : usesOf(source, node),
  )
  return analyzeNames(source, rules, imports)
}

function moduleOf(source: Source, node: Syntax): ImportFact[] {
  const name = childIn(node, 'name')
  if (!name || childIn(node, 'body')) return []
  const [specifier, at] = [textOf(source, name), source.positionOf(name.start)]
  return [{ kind: 'mod', specifier, ...at, bindings: [{ local: specifier, imported: '*', ...at }] }]
}

function usesOf(source: Source, node: Syntax): ImportFact[] {
  const argument = childIn(node, 'argument')
  if (!argument) return []
  const isPublic = /^pub\b/.test(textOf(source, node))
  return flatten(source, argument, '').map(({ path, binding, at }) => {
    const specifier = fromFile(node, path)
    // What the file has itself it knows by that name already.
    const isOwn = specifier === 'self' && binding?.local === binding?.imported
    return {
      kind: binding ? (isPublic ? 're_export' : 'use') : 'export_all',
      specifier,
      ...at,
      bindings: binding ? [isOwn ? { ...binding, local: '' } : binding] : [],
    }
  })
}

interface Use {
  path: string
  binding: Binding | undefined
  at: { line: number; column: number }
}

/** `a::{b, c as d, e::*}` as one use for each name. */
function flatten(source: Source, node: Syntax, prefix: string): Use[] {
  const at = source.positionOf(node.start)
  const inner = (path: string) => [prefix, path].filter(Boolean).join('::')
  switch (node.type) {
    case 'use_list':
      return node.children.flatMap((child) => flatten(source, child, prefix))
    case 'scoped_use_list': {
      const path = childIn(node, 'path')
      const list = childIn(node, 'list')
      return list ? flatten(source, list, inner(path ? textOf(source, path) : '')) : []
    }
    case 'use_wildcard':
      return [
        { path: inner(node.children[0] ? textOf(source, node.children[0]) : ''), binding: undefined, at },
      ]
    case 'use_as_clause': {
      const [path, alias] = [childIn(node, 'path'), childIn(node, 'alias')]
      return path && alias ? [named(source, path, inner, textOf(source, alias))] : []
    }
    default:
      return [named(source, node, inner)]
  }
}

function named(source: Source, node: Syntax, inner: (path: string) => string, alias?: string): Use {
  const written = inner(textOf(source, node).replace(/\s+/g, ''))
  const name = node.type === 'scoped_identifier' ? (childIn(node, 'name') ?? node) : node
  const at = source.positionOf(name.start)
  const cut = written.lastIndexOf('::')
  const [path, imported] = cut < 0 ? [written, '*'] : [written.slice(0, cut), written.slice(cut + 2)]
  if (imported === 'self') {
    const module = path.split('::').at(-1)!
    return { path, binding: { local: alias ?? module, imported: '*', ...at }, at }
  }
  return { path, binding: { local: alias ?? (imported === '*' ? path : imported), imported, ...at }, at }
}
