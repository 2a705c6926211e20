import { and, eq, inArray, isNotNull, type SQL, sql } from 'drizzle-orm'
import { slipsIn } from '../files/close-paths'
import { editDistance } from '../search/rank/distance'
import { indexedFiles, symbols } from '../tables'
import type { Graph } from './look'
import { isShown } from './project-files'

const mostRows = 20_000
const mostNames = 5

/** Symbols of the repository whose names are a few letters away, nearest first: those with the same first letter, else any. */
export async function similarNames(graph: Graph, name: string): Promise<string[]> {
  if (name === '') return []
  const s = symbols.on(graph.db.dialect)
  const first = name[0]!
  const begins = inArray(sql`substr(${s.name}, 1, 1)`, [first.toLowerCase(), first.toUpperCase()])
  const near = nearest(await namesOf(graph, name, begins), name)
  const names = near.length > 0 ? near : nearest(await namesOf(graph, name), name)
  const shown = await shownNames(graph, names)
  return names.filter((one) => shown.has(one)).slice(0, mostNames)
}

/** Names about as long as this one; of a bounded number of rows. */
async function namesOf({ db, view }: Graph, name: string, condition?: SQL): Promise<Set<string>> {
  const s = symbols.on(db.dialect)
  const slips = slipsIn(name)
  const aboutAsLong = sql`length(${s.name}) between ${name.length - slips} and ${name.length + slips}`
  const rows = await db
    .select({ name: s.name })
    .from(s)
    .where(and(eq(s.owner, view.owner), eq(s.repository_id, view.repositoryId), aboutAsLong, condition))
    .limit(mostRows)
  return new Set(rows.map((row) => row.name))
}

function nearest(names: ReadonlySet<string>, wanted: string): string[] {
  const folded = wanted.toLowerCase()
  const most = slipsIn(wanted)
  return [...names]
    .map((name) => ({ name, distance: editDistance(name.toLowerCase(), folded, most) }))
    .filter(({ name, distance }) => distance <= most && name !== wanted)
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, 2 * mostNames)
    .map(({ name }) => name)
}

/** Of these names those that the present generation still has. */
async function shownNames({ db, view }: Graph, names: readonly string[]): Promise<Set<string>> {
  if (names.length === 0) return new Set()
  const [s, f] = [symbols.on(db.dialect), indexedFiles.on(db.dialect)]
  const rows = await db
    .selectDistinct({ name: s.name })
    .from(s)
    .innerJoin(f, and(eq(f.blob, s.blob), isNotNull(f.blob), isShown(f, view)))
    .where(and(eq(s.owner, view.owner), eq(s.repository_id, view.repositoryId), inArray(s.name, [...names])))
  return new Set(rows.map(({ name }) => name))
}
