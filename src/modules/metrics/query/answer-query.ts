import { AppError } from '../../../core/errors'
import type { LocalConnection } from '../../../core/local-database'
import { noteOfAbsent } from './absent-dimensions'
import { type Aggregation, aggregateOf, type Field, isPlain, rounded } from './aggregation'
import { collect } from './collect'
import type { Group } from './groups'
import { type Origin, originOf } from './inputs'
import type { Selection } from './selection'

/** What is asked of the reading thread. */
export interface Query extends Selection {
  aggregation: Aggregation
  field: Field
  top: number
  now: number
}

export interface QueryAnswer extends Origin {
  groups: {
    group: Record<string, string | null>
    value: number | null
    count: number
    points?: { at: string; value: number | null }[]
  }[]
  total_groups: number
  note?: string
}

/** Points of one answer, over all its groups. */
const mostPoints = 10_000

/** Aggregates a selection. Throws `invalid` for what is too much. */
export function answerQuery(db: LocalConnection, query: Query): QueryAnswer {
  const quantiles = isPlain(query.aggregation) ? 'none' : query.field
  const collected = collect(db, { ...query, quantiles })
  const { from, to } = collected.period
  const seconds = (start: number, end: number) =>
    Math.max(1, Math.min(end, to, query.now + 1) - Math.max(start, from)) / 1000
  const number = (rollup: Group['total'], start: number, end: number) =>
    rounded(aggregateOf(rollup, query.aggregation, query.field, seconds(start, end)))
  const ranked = collected.groups
    .map((group) => ({ group, value: number(group.total, from, to) }))
    .toSorted((a, b) => (b.value ?? -Infinity) - (a.value ?? -Infinity) || compare(a.group, b.group))
  const chosen = ranked.slice(0, query.top)
  const { step } = query
  let told = 0
  const pointsIn = (group: Group, step: number) => {
    const points = pointsOf(group, step, number)
    told += points.length
    // Before the next group is read.
    if (told > mostPoints) throw tooFine(chosen.length * Math.ceil((to - from) / step))
    return points
  }
  const note = noteOfAbsent(db, query, collected.groups)
  return {
    ...originOf(collected),
    total_groups: ranked.length,
    ...(note !== undefined && { note }),
    groups: chosen.map(({ group, value }) => ({
      group: Object.fromEntries(query.groupBy.map((name, at) => [name, group.values[at]!])),
      value,
      count: group.total.value.count,
      ...(step !== undefined && { points: pointsIn(group, step) }),
    })),
  }
}

const compare = (a: Group, b: Group) => (JSON.stringify(a.values) < JSON.stringify(b.values) ? -1 : 1)

const tooFine = (points: number) =>
  new AppError(
    'invalid',
    `The input does not fit: /step would give up to ${points} points where ${mostPoints} can be answered: ask for a longer step, fewer groups (top) or a shorter period`,
  )

function pointsOf(
  { steps }: Group,
  step: number,
  number: (rollup: Group['total'], start: number, end: number) => number | null,
) {
  return [...steps()]
    .toSorted(([a], [b]) => a - b)
    .map(([at, rollup]) => ({ at: new Date(at).toISOString(), value: number(rollup, at, at + step) }))
}
