/** A definition in a text. */
export interface Definition {
  name: string
  line: number
  column: number
}

/** The definitions of a text, a line each: `line:column:name`. A name that spans lines is left out: nothing that is looked for does. */
export function listDefinitions(definitions: readonly Definition[]): string {
  let listed = ''
  for (const { name, line, column } of definitions)
    if (!name.includes('\n')) listed += `${listed === '' ? '' : '\n'}${line}:${column}:${name}`
  return listed
}

/**
 * What was listed for a text, for the pieces that begin with these lines: each has its own lines of it. They stand beside the pieces because ranking asks for
 * them wherever something is found.
 */
export function packDefinitions(firstLines: readonly number[], listed: string): (string | null)[] {
  const packed = firstLines.map((): string | null => null)
  const add = (piece: number, lines: string) => {
    const before = packed[piece]
    if (before !== undefined) packed[piece] = before === null ? lines : `${before}\n${lines}`
  }
  let [piece, start] = [0, 0]
  for (let at = 0; at < listed.length; at = listed.indexOf('\n', at) + 1 || listed.length) {
    const own = pieceAt(firstLines, Number.parseInt(listed.slice(at, at + 12), 10), piece)
    if (own === piece) continue
    if (at > start) add(piece, listed.slice(start, at - 1))
    ;[piece, start] = [own, at]
  }
  if (listed !== '') add(piece, listed.slice(start))
  return packed
}

/** The last piece that begins at a line or before it. `near` is where the line before it was: definitions come nearly in order. */
function pieceAt(firstLines: readonly number[], line: number, near: number): number {
  let piece = near
  while (piece > 0 && firstLines[piece]! > line) piece--
  while (piece + 1 < firstLines.length && firstLines[piece + 1]! <= line) piece++
  return piece
}

/** The names among what was packed. */
export const unpackNames = (packed: string | null): string[] =>
  packed === null
    ? []
    : packed.split('\n').map((line) => line.slice(line.indexOf(':', line.indexOf(':') + 1) + 1))

/** What was packed. */
export function unpackDefinitions(packed: string | null): Definition[] {
  if (packed === null) return []
  return packed.split('\n').map((line) => {
    const [first, second] = [line.indexOf(':'), line.indexOf(':', line.indexOf(':') + 1)]
    return {
      line: Number(line.slice(0, first)),
      column: Number(line.slice(first + 1, second)),
      name: line.slice(second + 1),
    }
  })
}
