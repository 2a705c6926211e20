/** A definition in a text. */
export interface Definition {
  name: string
  line: number
  column: number
}

/**
 * The definitions of a text for the pieces that begin with these lines, each piece's as one text: a line each, `line:column:name`. They stand beside the pieces
 * because ranking asks for them wherever something is found. A name that spans lines is left out: nothing that is looked for does.
 */
export function packDefinitions(
  firstLines: readonly number[],
  definitions: readonly Definition[],
): (string | null)[] {
  const packed: string[][] = firstLines.map(() => [])
  for (const { name, line, column } of definitions) {
    if (name.includes('\n')) continue
    packed[firstLines.findLastIndex((first) => first <= line)]?.push(`${line}:${column}:${name}`)
  }
  return packed.map((lines) => (lines.length > 0 ? lines.join('\n') : null))
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
