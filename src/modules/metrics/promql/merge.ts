import { type Labels, signature } from './labels'
import { failed } from './promql-error'
import type { Column } from './steps'

/** Columns of equal labels as one; throws `execution` where two of them have a value at the same step. */
export function mergeEqual(columns: Column[], message = sameLabels): Column[] {
  const merged = new Map<string, Column>()
  for (const column of columns) {
    const key = signature(column.labels)
    const earlier = merged.get(key)
    if (earlier) merge(earlier, column, message)
    else merged.set(key, column)
  }
  return [...merged.values()]
}

const sameLabels = 'vector cannot contain metrics with the same labelset'

function merge(into: Column, from: Column, message: string): void {
  for (let at = 0; at < from.values.length; at++) {
    if (from.has[at] === 0) continue
    if (into.has[at] === 1) throw failed(message)
    into.values[at] = from.values[at]!
    into.has[at] = 1
  }
}

/** Columns by what `keyOf` says of their labels, in the order in which the keys appear. */
export function groupColumns(columns: Column[], keyOf: (labels: Labels) => Labels): Group[] {
  const groups = new Map<string, Group>()
  for (const column of columns) {
    const labels = keyOf(column.labels)
    const key = signature(labels)
    const group = groups.get(key)
    if (group) group.columns.push(column)
    else groups.set(key, { labels, columns: [column] })
  }
  return [...groups.values()]
}

export interface Group {
  labels: Labels
  columns: Column[]
}
