import { clusterLinks, looksOurs } from './cluster-links'
import type { Declared } from './declared'
import { distance, nearest } from './nearest'
import { type Source, startOf } from './sources'

/** Variables of the product that are no settings: a switch, the binary under test, and what examples for clients export. */
const others = [
  'HOLDFAST_ALLOW_BUN_OPTIONS',
  'HOLDFAST_BINARY',
  'HOLDFAST_URL',
  'HOLDFAST_KEY',
  'HOLDFAST_KEY_FILE',
  'HOLDFAST_API_KEY',
]

/** Names that are nearly one of ours: faults stop the start, warnings are printed. */
export interface NearMisses {
  faults: string[]
  warnings: string[]
}

/**
 * In the environment, which is full of other programs' variables, only a long name with a single slip counts; a missing underscore is but
 * a warning. In our own file and flags a third of the letters may be off. An unknown HOLDFAST_… is always a fault.
 */
export function findNearMisses(all: readonly Declared[], sources: readonly Source[]): NearMisses {
  const known = new Set(
    all.flatMap(({ names, setting }) => [...names, ...(setting.secret ? names.map((n) => `${n}_FILE`) : [])]),
  )
  for (const name of others) known.add(name)
  const plain = [...known].filter((name) => !looksOurs(name))
  const families = all.filter(({ setting }) => setting.family).flatMap(({ names }) => names.map(startOf))
  const isMember = (name: string) => families.some((start) => name.startsWith(start))
  const misses: NearMisses = { faults: [], warnings: [] }
  for (const source of sources) {
    const ignored = clusterLinks(source.variables)
    for (const [name, text] of Object.entries(source.variables)) {
      if (text && !known.has(name) && !isMember(name) && !ignored.has(name))
        judge(name, source, { all: known, plain }, misses)
    }
  }
  return misses
}

function judge(name: string, source: Source, { all, plain }: Known, misses: NearMisses): void {
  const where = `${name} (${source.name})`
  if (looksOurs(name)) {
    const meant = nearest(name, all)
    misses.faults.push(`${where}: no such setting${meant ? `; did you mean ${meant}?` : ''}`)
    return
  }
  const meant =
    source.name === 'environment'
      ? slipOf(name, plain)
      : nearest(name, plain, Math.min(2, Math.floor(name.length / 3)))
  if (!meant) return
  const line = `${where}: no such setting; did you mean ${meant}?`
  if (source.name === 'environment' && spelledAlike(name, meant)) misses.warnings.push(line)
  else misses.faults.push(line)
}

/** Names that there are: all, and those that do not begin like ours alone. */
interface Known {
  all: Set<string>
  plain: string[]
}

/** DATABSE_URL, but not DATABASE_URL_2 or DATABASE_URLS, which are somebody else's. */
const slipOf = (name: string, known: string[]) =>
  name.length < 8
    ? undefined
    : known.find(
        (candidate) =>
          Math.abs(candidate.length - name.length) <= 1 &&
          !name.startsWith(candidate) &&
          distance(name, candidate) === 1,
      )

const spelledAlike = (a: string, b: string) => a.replaceAll('_', '') === b.replaceAll('_', '')
