/** A statement of a TOML document: a table's header, or a key with its value. */
export interface Statement {
  /** Offsets of its first line's start and behind its last line's break. */
  start: number
  end: number
  header: boolean
  /** From the document's root: the header's own path, or that of the table with the key's. */
  path: string[]
}

/** The statements of a sound TOML document, in order; comments and empty lines are between them. */
export function statementsOf(text: string): Statement[] {
  const found: Statement[] = []
  let table: string[] = []
  let at = 0
  while (at < text.length) {
    const line = text.slice(at, lineEnd(text, at))
    const first = line.trimStart()[0]
    if (first === undefined || first === '#') {
      at = lineEnd(text, at)
      continue
    }
    const header = first === '['
    const end = header ? lineEnd(text, at) : valueEnd(text, at)
    const key = pathOf(header ? line.trimStart().replace(/^\[\[?/, '') : line)
    if (header) table = key
    found.push({ start: at, end, header, path: header ? key : [...table, ...key] })
    at = end
  }
  return found
}

function lineEnd(text: string, from: number): number {
  const at = text.indexOf('\n', from)
  return at < 0 ? text.length : at + 1
}

const keyPart = /\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*/y

/** The dotted key that a line begins with. */
function pathOf(line: string): string[] {
  const path: string[] = []
  keyPart.lastIndex = 0
  for (let part = keyPart.exec(line); part; part = keyPart.exec(line)) {
    path.push(part[1] !== undefined ? JSON.parse(`"${part[1]}"`) : (part[2] ?? part[3]!))
    if (line[keyPart.lastIndex] !== '.') break
    keyPart.lastIndex++
  }
  return path
}

const token = /"""[\s\S]*?(?<!\\)"{3,5}|'''[\s\S]*?'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|#[^\n]*|[[\]{}\n]/g

/** Behind the line on which a value ends: strings and brackets may hold line breaks. */
function valueEnd(text: string, from: number): number {
  let depth = 0
  token.lastIndex = from
  for (let found = token.exec(text); found; found = token.exec(text)) {
    const [what] = found
    if (what === '[' || what === '{') depth++
    if (what === ']' || what === '}') depth--
    if (what === '\n' && depth === 0) return token.lastIndex
  }
  return text.length
}
