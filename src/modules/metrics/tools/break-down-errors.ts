import type { LocalConnection } from '../../../core/local-database'
import { collect } from '../query/collect'
import { type Origin, originOf } from '../query/inputs'
import type { Selection } from '../query/selection'

export interface ErrorBreakdown extends Origin {
  calls: number
  causes: { error_code: string | null; errors: number }[]
  groups: {
    value: string | null
    calls: number
    errors: number
    causes: { error_code: string | null; errors: number }[]
  }[]
}

type Causes = Map<string | null, number>

/** Failures of each group by cause; `groupBy` names one dimension. */
export function breakDownErrors(db: LocalConnection, selection: Selection): ErrorBreakdown {
  const all = collect(db, { ...selection, quantiles: 'none' })
  const failed = collect(db, {
    ...selection,
    quantiles: 'none',
    groupBy: [...selection.groupBy, 'error_code'],
    dimensions: { ...selection.dimensions, success: ['false'] },
  })
  const causes: Causes = new Map()
  const byGroup = new Map<string | null, Causes>()
  for (const { values, total } of failed.groups) {
    const [value, code] = values as [string | null, string | null]
    const own = byGroup.get(value) ?? new Map()
    for (const map of [causes, own]) map.set(code, (map.get(code) ?? 0) + total.value.count)
    byGroup.set(value, own)
  }
  const groups = all.groups.map(({ values: [value], total }) => ({
    value: value!,
    calls: total.value.count,
    errors: total.failures,
    causes: ranked(byGroup.get(value!) ?? new Map()),
  }))
  return {
    ...originOf(all),
    calls: groups.reduce((sum, { calls }) => sum + calls, 0),
    causes: ranked(causes),
    groups,
  }
}

const ranked = (causes: Causes) =>
  [...causes].map(([error_code, errors]) => ({ error_code, errors })).toSorted((a, b) => b.errors - a.errors)
