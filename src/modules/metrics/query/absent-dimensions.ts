import type { LocalConnection } from '../../../core/local-database'
import { isKept } from '../rollups/kept-dimensions'
import type { Group } from './groups'
import { namesOf, type Selection } from './selection'

const mostNames = 20

/**
 * What to tell of dimensions that were asked for and no metric of the type has ever had: most are misspelt. Undefined where there are none, and where that
 * cannot be told: without a type, of custom metrics, and of what only raw metrics have.
 */
export function noteOfAbsent(
  db: LocalConnection,
  selection: Selection,
  groups: readonly Group[],
): string | undefined {
  const { type } = selection
  if (type === undefined || type === 'custom') return undefined
  const unseen = namesOf(selection).filter((name) => isKept(name) && isAbsent(name, selection, groups))
  if (unseen.length === 0) return undefined
  const known = db
    .statement<{ name: string }>(
      'select distinct name from rollup_values where metric_type = ? order by name',
    )
    .all(type)
    .map(({ name }) => name)
  if (known.length === 0) return undefined
  const absent = unseen.filter((name) => !known.includes(name))
  return (
    absent
      .map((name) => `No ${type} metric has the dimension ${name}: ${adviceOn(name, known)}`)
      .join('; ') || undefined
  )
}

/** No group has a value of it; what is only filtered by is told by there being no group. */
function isAbsent(name: string, { groupBy }: Selection, groups: readonly Group[]): boolean {
  const at = groupBy.indexOf(name)
  return at < 0 ? groups.length === 0 : groups.every(({ values }) => values[at] === null)
}

function adviceOn(name: string, known: string[]): string {
  const meant = known.find((one) => lettersOf(one) === lettersOf(name))
  if (meant) return `did you mean ${meant}?`
  const more = known.length > mostNames ? ' and others' : ''
  return `there are ${known.slice(0, mostNames).join(', ')}${more}`
}

const lettersOf = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '')
