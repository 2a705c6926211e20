import { childIn, type Syntax } from '../parsing/syntax'
import { assignedTo } from './assigned'
import { type Captures, compileQuery, type Query } from './pattern'
import * as dynamic from './queries/dynamic'
import * as objects from './queries/objects'
import * as script from './queries/script'
import * as systems from './queries/systems'

/** What defines something in each language. */
export const queries: Record<string, string> = {
  ...dynamic,
  ...objects,
  ...script,
  ...systems,
  tsx: script.typescript,
}

/** A definition as the query found it. Offsets count UTF-16 units. */
export interface Found {
  kind: string
  name: string
  /** Of the name. */
  nameStart: number
  start: number
  end: number
  /** Where the body begins; the end of the definition when it has none. */
  bodyStart: number
  /** Types of the two nodes around the definition. */
  parentType: string
  /** Where the node around the definition begins: `const` stands there. */
  parentStart: number
  /** The type a method outside of its type's body belongs to. */
  receiver?: string | undefined
}

const compiled = new Map<string, Query>()

function queryOf(language: string): Query | undefined {
  const source = queries[language]
  if (source === undefined) return undefined
  let query = compiled.get(language)
  if (!query) {
    query = compileQuery(source)
    compiled.set(language, query)
  }
  return query
}

/** Definitions of a tree, outermost first, one for each name. */
export function findDefinitions(language: string, root: Syntax, text: string): Found[] {
  const found = new Map<number, Found>()
  queryOf(language)?.(root, text, (captures) => {
    const definition = definitionOf(captures, text)
    if (definition && !found.has(definition.nameStart)) found.set(definition.nameStart, definition)
  })
  return [...found.values()].sort((a, b) => a.start - b.start || b.end - a.end || a.nameStart - b.nameStart)
}

function definitionOf(captures: Captures, text: string): Found | undefined {
  const name = captures.find((capture) => capture.name === 'name')?.node
  const definition = captures.find((capture) => capture.name !== 'name' && capture.name !== 'key')
  if (!definition) return undefined
  const { node, name: kind } = definition
  if (kind === 'assigned') return name && assignedTo(node, name, text)
  if (kind !== 'default' && (!name || name.start === name.end)) return undefined
  return {
    kind: kind === 'default' ? (childIn(node, 'value')?.type === 'class' ? 'class' : 'function') : kind,
    name: kind === 'default' ? 'default' : unquoted(text.slice(name!.start, name!.end)).slice(0, 200),
    nameStart: kind === 'default' ? node.start : name!.start,
    start: node.start,
    end: node.end,
    bodyStart: bodyOf(node)?.start ?? node.end,
    parentType: `${node.parent?.type ?? ''} ${node.parent?.parent?.type ?? ''}`,
    parentStart: node.parent?.start ?? 0,
    receiver: receiverOf(node, text),
  }
}

const unquoted = (name: string) => name.replace(/^(["'`])(.*)\1$/, '$2')

function bodyOf(node: Syntax): Syntax | undefined {
  const value = childIn(node, 'value')
  return childIn(node, 'body') ?? (value && childIn(value, 'body')) ?? bodyByType(node)
}

const bodies = new Set(['class_body', 'enum_class_body', 'function_body', 'protocol_body', 'template_body'])
const bodyByType = (node: Syntax) => node.children.find(({ type }) => bodies.has(type))

/** `func (s *Server) Close()` is a method of Server. */
function receiverOf(node: Syntax, text: string): string | undefined {
  const receiver = node.type === 'method_declaration' ? childIn(node, 'receiver') : undefined
  return receiver && /(\w+)\s*(\[[^\]]*\])?\s*\)$/.exec(text.slice(receiver.start, receiver.end))?.[1]
}
