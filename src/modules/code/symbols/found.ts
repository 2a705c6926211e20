import { Query, type QueryMatch, type Tree, type Node as TreeNode } from 'web-tree-sitter'
import type { Grammar } from '../parsing/grammar'
import * as dynamic from './queries/dynamic'
import * as objects from './queries/objects'
import * as script from './queries/script'
import * as systems from './queries/systems'

const queries: Record<string, string> = {
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

function queryOf({ name, language }: Grammar): Query | undefined {
  const source = queries[name]
  if (source === undefined) return undefined
  let query = compiled.get(name)
  if (!query) {
    query = new Query(language, source)
    compiled.set(name, query)
  }
  return query
}

/** Definitions of a tree, outermost first, one for each name. */
export function findDefinitions(grammar: Grammar, tree: Tree): Found[] {
  const query = queryOf(grammar)
  if (!query) return []
  const found = new Map<number, Found>()
  for (const match of query.matches(tree.rootNode)) {
    const definition = definitionOf(match)
    if (definition && !found.has(definition.nameStart)) found.set(definition.nameStart, definition)
  }
  return [...found.values()].sort((a, b) => a.start - b.start || b.end - a.end || a.nameStart - b.nameStart)
}

function definitionOf(match: QueryMatch): Found | undefined {
  const name = match.captures.find((capture) => capture.name === 'name')?.node
  const definition = match.captures.find((capture) => capture.name !== 'name' && capture.name !== 'key')
  if (!definition) return undefined
  const { node, name: kind } = definition
  if (kind !== 'default' && (!name || name.startIndex === name.endIndex)) return undefined
  const body = bodyOf(node)
  return {
    kind:
      kind === 'default' ? (node.childForFieldName('value')?.type === 'class' ? 'class' : 'function') : kind,
    name: kind === 'default' ? 'default' : name!.text.replace(/^(["'`])(.*)\1$/, '$2').slice(0, 200),
    nameStart: kind === 'default' ? node.startIndex : name!.startIndex,
    start: node.startIndex,
    end: node.endIndex,
    bodyStart: body ? body.startIndex : node.endIndex,
    parentType: `${node.parent?.type ?? ''} ${node.parent?.parent?.type ?? ''}`,
    parentStart: node.parent?.startIndex ?? 0,
    receiver: receiverOf(node, name),
  }
}

function bodyOf(node: TreeNode): TreeNode | null {
  const value = node.childForFieldName('value')
  return node.childForFieldName('body') ?? value?.childForFieldName('body') ?? bodyByType(node)
}

const bodies = new Set(['class_body', 'enum_class_body', 'function_body', 'protocol_body', 'template_body'])
const bodyByType = (node: TreeNode) =>
  node.namedChildren.find((child) => child && bodies.has(child.type)) ?? null

/** `func (s *Server) Close()` is a method of Server; `void Server::close()` too. */
function receiverOf(node: TreeNode, name: TreeNode | undefined): string | undefined {
  const receiver = node.type === 'method_declaration' ? node.childForFieldName('receiver') : null
  if (receiver) return /(\w+)\s*(\[[^\]]*\])?\s*\)$/.exec(receiver.text)?.[1]
  const scope = name?.parent?.type === 'qualified_identifier' ? name.parent.childForFieldName('scope') : null
  return scope?.text
}
