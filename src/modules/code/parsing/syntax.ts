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

/** The first child in a field. Asked for so often that a closure for each time would tell. */
export function childIn(node: Syntax, field: string): Syntax | undefined {
  for (const child of node.children) if (child.field === field) return child
  return undefined
}

/** The first child of one of these types. */
export const childOf = (node: Syntax, ...types: string[]): Syntax | undefined =>
  node.children.find((child) => types.includes(child.type))

/** Every node of one of these types below `node`, itself included, in the order of the text. */
export function nodesOf(node: Syntax, types: ReadonlySet<string>, found: Syntax[] = []): Syntax[] {
  if (types.has(node.type)) found.push(node)
  for (const child of node.children) nodesOf(child, types, found)
  return found
}
