import { slipsIn } from '../files/close-paths'
import { findChunks } from '../search/engine/engine'
import { readDefinitions } from '../search/engine/texts'
import { fold } from '../search/fold'
import { unpackNames } from '../search/piece-definitions'
import { editDistance } from '../search/rank/distance'
import { needLiteral, needOne } from '../search/regex/need'
import type { Graph } from './look'
import { chunksOf } from './paths-defining'

const mostPieces = 2000
const mostNames = 5

/** Symbols of the repository whose names are a few letters away, nearest first. */
export async function similarNames(graph: Graph, name: string): Promise<string[]> {
  const shown: string[] = []
  for (const one of nearest(await namesLike(graph, name), name)) {
    if ((await graph.defining(one)).length > 0) shown.push(one)
    if (shown.length === mostNames) break
  }
  return shown
}

/** Names that are defined where one half of this one stands, which one slip leaves as it is; for a short one, names of the first pieces. */
async function namesLike({ db, view }: Graph, name: string): Promise<Set<string>> {
  const range = await chunksOf(db, view)
  if (!range) return new Set()
  const folded = fold(name)
  const middle = Math.ceil(folded.length / 2)
  const need = needOne([folded.slice(0, middle), folded.slice(middle)].map(needLiteral))
  const { chunks } = await findChunks(db, view.owner, need, range, mostPieces)
  const pieces = await readDefinitions(db, view.owner, chunks.slice(0, mostPieces))
  return new Set(pieces.flatMap(({ definitions }) => unpackNames(definitions)))
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
