/** A package that a manifest asks for, or a lock file has settled. */
export interface Package {
  name: string
  /** How it is needed: `runtime`, `development`, `peer`, `optional`, `build`. `locked` in lock files. */
  kind: string
  /** The range as it is written. */
  wanted?: string | undefined
  /** The one version of a lock file. */
  version?: string | undefined
  /** From 1, where the manifest names it. */
  line?: number | undefined
}

/** A manifest's packages, without those that it names twice. */
export interface Manifest {
  ecosystem: string
  packages: Package[]
}

export const asObject = (value: unknown): Record<string, unknown> =>
  value && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : {}

export const asText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** Searches of one manifest that begin anew at its first line. */
const mostTurns = 1000

/**
 * Finds the lines on which packages are named, one search behind the other: manifests are large, and their names are mostly asked for in
 * order. Undefined for what is not there, and for names beyond all measure.
 */
export function lineFinder(text: string): (name: string) => number | undefined {
  let [at, line, turns] = [0, 1, 0]
  return (name) => {
    let found = findName(text, name, at)
    if (found < 0) {
      if (at === 0 || ++turns > mostTurns) return undefined
      found = findName(text, name, 0)
      if (found < 0) return undefined
    }
    if (found < at) [at, line] = [0, 1]
    for (let feed = text.indexOf('\n', at); feed >= 0 && feed < found; feed = text.indexOf('\n', feed + 1))
      line++
    at = found
    return line
  }
}

/** Where a name stands by itself, from a place on; -1 where it does not. */
function findName(text: string, name: string, from: number): number {
  for (let at = text.indexOf(name, from); at >= 0; at = text.indexOf(name, at + 1)) {
    const [before, behind] = [text[at - 1] ?? '\n', text[at + name.length] ?? '']
    if (/["'\s[]/.test(before) && /["'\s=<>~!:;@,\]]/.test(behind)) return at
  }
  return -1
}
