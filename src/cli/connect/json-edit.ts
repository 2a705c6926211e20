import { findNodeAtLocation, type Node, type ParseOptions, parseTree } from 'jsonc-parser'

const reading: ParseOptions = { allowTrailingComma: true }

/** The document with a member set or, with undefined, taken out. Not a sign beside that changes, comments included. */
export function setMember(body: string, path: readonly string[], value: unknown): string {
  const root = parseTree(body, [], reading)!
  const node = findNodeAtLocation(root, [...path])
  if (value === undefined) return node ? removeProperty(body, node.parent!) : body
  if (node) return splice(body, node.offset, endOf(node), written(body, value, depthOf(body, node.offset)))
  const above = path.slice(0, -1)
  const key = path.at(-1)!
  const parent = above.length === 0 ? root : findNodeAtLocation(root, above)
  return parent ? addProperty(body, parent, key, value) : setMember(body, above, { [key]: value })
}

const endOf = ({ offset, length }: Node) => offset + length

const splice = (text: string, start: number, end: number, put: string) =>
  text.slice(0, start) + put + text.slice(end)

/** Behind the last property and its comma and comment, or inside of the empty braces. */
function addProperty(body: string, parent: Node, key: string, value: unknown): string {
  const { eol, step } = formOf(body)
  const last = parent.children?.at(-1)
  const close = endOf(parent) - 1
  if (last && !body.slice(parent.offset, close).includes('\n')) {
    return splice(body, endOf(last), endOf(last), `, ${JSON.stringify(key)}: ${JSON.stringify(value)}`)
  }
  const outer = depthOf(body, parent.offset)
  const inner = last ? depthOf(body, last.offset) : outer + step
  const property = `${eol}${inner}${JSON.stringify(key)}: ${written(body, value, inner)}`
  if (!last) {
    const inside = body.slice(parent.offset + 1, close).trimEnd()
    return splice(body, parent.offset + 1, close, `${inside}${property}${eol}${outer}`)
  }
  const gap = gapAfter(body, endOf(last), close)
  const added = splice(body, gap.lineEnd, gap.lineEnd, gap.comma === undefined ? property : `${property},`)
  return gap.comma === undefined ? splice(added, endOf(last), endOf(last), ',') : added
}

function removeProperty(body: string, property: Node): string {
  const siblings = property.parent!.children!
  const before = siblings[siblings.indexOf(property) - 1]
  const { comma } = gapAfter(body, endOf(property), endOf(property.parent!) - 1)
  const rest = withoutLine(body, property.offset, comma === undefined ? endOf(property) : comma + 1)
  if (comma !== undefined || !before) return rest
  const dangling = gapAfter(body, endOf(before), property.offset).comma!
  return splice(rest, dangling, dangling + 1, '')
}

/** Cuts a range, and its lines where nothing else stands on them. */
function withoutLine(text: string, from: number, to: number): string {
  const indent = /[ \t]*$/.exec(text.slice(0, from))![0].length
  const tail = /^[ \t]*(\r?\n)?/.exec(text.slice(to))!
  const alone = (from === indent || text[from - indent - 1] === '\n') && tail[1] !== undefined
  return alone ? splice(text, from - indent, to + tail[0].length, '') : splice(text, from, to, '')
}

/** Between a property and what follows: where its comma is, and where its line ends behind a comment. */
function gapAfter(body: string, from: number, to: number): { comma: number | undefined; lineEnd: number } {
  const token = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|,|\r?\n|[^\S\n]+/y
  token.lastIndex = from
  let comma: number | undefined
  let lineEnd: number | undefined
  for (let at = from; at < to; at = token.lastIndex) {
    const found = token.exec(body)?.[0]
    if (found === undefined) break
    if (found === ',') comma ??= at
    if (found.endsWith('\n') && !found.startsWith('/')) lineEnd ??= at
    if (comma !== undefined && lineEnd !== undefined) break
  }
  const end = lineEnd ?? (comma === undefined ? from : comma + 1)
  return { comma, lineEnd: Math.max(end, comma === undefined ? from : comma + 1) }
}

/** Indentation of the line that holds an offset. */
const depthOf = (body: string, offset: number) =>
  /^[ \t]*/.exec(body.slice(body.lastIndexOf('\n', offset - 1) + 1, offset))![0]

const written = (body: string, value: unknown, depth: string) => {
  const { eol, step } = formOf(body)
  return JSON.stringify(value, null, step).replaceAll('\n', eol + depth)
}

function formOf(body: string): { eol: string; step: string } {
  return {
    eol: body.includes('\r\n') ? '\r\n' : '\n',
    step: /^([ \t]+)\S/m.exec(body)?.[1] ?? '  ',
  }
}
