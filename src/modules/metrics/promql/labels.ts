/** Names and values of one series, `__name__` among them. */
export type Labels = ReadonlyMap<string, string>

export const nameLabel = '__name__'

/** Labels in the order of their names, empty ones dropped: Prometheus holds an empty label to be an absent one. */
export const labelsOf = (entries: Iterable<readonly [string, string]>): Labels =>
  new Map([...entries].filter(([, value]) => value !== '').sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))

/** A text that two sets of labels share exactly when they are equal. */
export function signature(labels: Labels): string {
  let text = ''
  for (const [name, value] of labels) text += `${name}\u0000${value}\u0001`
  return text
}

/** The labels for which `keep` says yes. */
export const filterLabels = (labels: Labels, keep: (name: string) => boolean): Labels =>
  new Map([...labels].filter(([name]) => keep(name)))

/** What is left when a value is computed from the metric and no longer is the metric. */
export const withoutName = (labels: Labels): Labels => filterLabels(labels, (name) => name !== nameLabel)

/** A plain object for JSON. */
export const labelsObject = (labels: Labels): Record<string, string> => Object.fromEntries(labels)
