import type { Place } from './engine/shown-files'

/** Repositories that a cursor names; with more it has the sum of their generations alone, so that it stays short. */
const mostNamed = 60
const sum = ''

/** Which indexes a search began with: every repository's generation, by its id. */
export function generationsOf(places: ReadonlyMap<string, Place>): Record<string, number> {
  const all = [...places.values()]
  return all.length <= mostNamed
    ? Object.fromEntries(all.map(({ id, generation }) => [id, generation]))
    : { [sum]: sumOf(places) }
}

/** Whose index is another than when the search began, for a sentence; undefined when none is. */
export function movedSince(
  generations: Readonly<Record<string, number>>,
  places: ReadonlyMap<string, Place>,
): string | undefined {
  const before = generations[sum]
  if (before !== undefined) return before === sumOf(places) ? undefined : 'One of the repositories'
  const moved = [...places.values()].filter(
    ({ id, generation }) => (generations[id] ?? generation) !== generation,
  )
  return moved.length > 0 ? moved.map(({ name }) => name).join(', ') : undefined
}

const sumOf = (places: ReadonlyMap<string, Place>) =>
  [...places.values()].reduce((all, { generation }) => all + generation, 0)
