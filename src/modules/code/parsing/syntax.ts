import type { Tree, TreeCursor } from 'web-tree-sitter'

/** A named node of a syntax tree in plain memory. Offsets count UTF-16 units. */
export interface Syntax {
  type: string
  /** The field of the parent that it is. */
  field: string | null
  start: number
  end: number
  parent: Syntax | null
  children: Syntax[]
}

/** Copies the named nodes out of tree-sitter's memory: one walk there, any number here. */
export function syntaxOf(tree: Tree): Syntax {
  const cursor = tree.walk()
  const root = nodeAt(cursor, null)
  const open = cursor.gotoFirstChild() ? [root] : []
  while (open.length > 0) {
    const node = cursor.nodeIsNamed ? nodeAt(cursor, open.at(-1)!) : undefined
    if (node && cursor.gotoFirstChild()) {
      open.push(node)
      continue
    }
    while (open.length > 0 && !cursor.gotoNextSibling()) {
      cursor.gotoParent()
      open.pop()
    }
  }
  cursor.delete()
  return root
}

function nodeAt(cursor: TreeCursor, parent: Syntax | null): Syntax {
  const node: Syntax = {
    type: cursor.nodeType,
    field: parent ? cursor.currentFieldName : null,
    start: cursor.startIndex,
    end: cursor.endIndex,
    parent,
    children: [],
  }
  parent?.children.push(node)
  return node
}

/** The first child in a field. */
export const childIn = (node: Syntax, field: string): Syntax | undefined =>
  node.children.find((child) => child.field === field)

/** The first child of one of these types. */
export const childOf = (node: Syntax, ...types: string[]): Syntax | undefined =>
  node.children.find((child) => types.includes(child.type))

/** Every node of one of these types below `node`, itself included, in the order of the text. */
export function nodesOf(node: Syntax, types: ReadonlySet<string>, found: Syntax[] = []): Syntax[] {
  if (types.has(node.type)) found.push(node)
  for (const child of node.children) nodesOf(child, types, found)
  return found
}
