import type { Grouping } from './ast'
import { filterLabels, type Labels, nameLabel } from './labels'

/** The labels of the group that a series is in. */
export function groupLabels(labels: Labels, { mode, labels: names }: Grouping): Labels {
  if (mode === 'by') return filterLabels(labels, (name) => names.includes(name))
  return filterLabels(labels, (name) => name !== nameLabel && !names.includes(name))
}
