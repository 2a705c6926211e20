import type { SeriesReading } from '../../core/module'
import { numberText } from './exposition'
import type { Family } from './family'

/** The values of the named families; a histogram's label sets are added up, and it is told in Prometheus' parts. */
export function readingsOf(families: Iterable<Family>, names: readonly string[]): SeriesReading[] {
  return [...families].flatMap((family) => {
    if (!names.includes(family.name)) return []
    return family.kind === 'histogram' ? partsOf(family) : valuesOf(family)
  })
}

function valuesOf({ name, labelNames, children }: Family): SeriesReading[] {
  return Array.from(children(), ({ labels, value }) => ({
    name,
    labels: Object.fromEntries(labelNames.flatMap((label, at) => (labels[at] ? [[label, labels[at]]] : []))),
    value,
  }))
}

function partsOf({ name, bounds, children }: Family): SeriesReading[] {
  const all = [...children()]
  let total = 0
  const buckets = [...bounds, Number.POSITIVE_INFINITY].map((bound, at) => {
    total += all.reduce((sum, { counts }) => sum + counts[at]!, 0)
    return { name: `${name}_bucket`, labels: { le: numberText(bound) }, value: total }
  })
  const sum = all.reduce((rest, { value }) => rest + value, 0)
  return [
    ...buckets,
    { name: `${name}_sum`, labels: {}, value: sum },
    { name: `${name}_count`, labels: {}, value: total },
  ]
}
