import { editDistance } from '../search/rank/distance'

const most = 3

/** At most three of the paths that were perhaps meant: called the same elsewhere, or a few letters away; nearest first. */
export function closePaths(paths: readonly string[], wanted: string): string[] {
  const folded = wanted.toLowerCase()
  const name = nameIn(folded)
  return paths
    .map((path) => ({ path, distance: distanceOf(path.toLowerCase(), folded, name) }))
    .filter(({ distance }) => distance < far)
    .sort((a, b) => a.distance - b.distance || (a.path < b.path ? -1 : 1))
    .slice(0, most)
    .map(({ path }) => path)
}

const far = 10
const nameIn = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** Letters that differ; a file of the same name elsewhere is as near as a slip of one letter. */
function distanceOf(path: string, wanted: string, name: string): number {
  if (path === wanted) return 0
  const own = nameIn(path)
  if (own === name) return path.endsWith(`/${wanted}`) ? 0.5 : 1
  const whole = editDistance(path, wanted, slipsIn(name))
  if (whole <= slipsIn(name)) return whole
  const slips = editDistance(own, name, slipsIn(name))
  return slips <= slipsIn(name) ? slips + 1 : far
}

/** How many letters of a word of this length may be wrong for it to be meant still. */
export const slipsIn = (word: string): number => Math.max(1, Math.min(3, Math.floor(word.length / 4)))
