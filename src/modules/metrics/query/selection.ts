import type { Field } from './aggregation'
import type { Period } from './period'

/** Which metrics are meant, and how they are put together. */
export interface Selection {
  period: Period
  type?: string | undefined
  service?: string | undefined
  /** Each dimension has one of these texts. */
  dimensions: Record<string, string[]>
  /** `service`, `type`, or names of dimensions. */
  groupBy: string[]
  /** Milliseconds; undefined for the period as one. */
  step?: number | undefined
  /** Of what quantiles are wanted: of one field, of which alone more than the count is then told; of none; of both where it is undefined. */
  quantiles?: Field | 'none' | undefined
}

/** The dimensions that are looked at; `service` and `type` are none. */
export const namesOf = ({ dimensions, groupBy }: Selection): string[] => [
  ...new Set([
    ...Object.keys(dimensions),
    ...groupBy.filter((name) => name !== 'service' && name !== 'type'),
  ]),
]

/** True for dimensions that have what the selection asks for; an absent one has the empty text. */
export const fitsDimensions = (selection: Selection, values: ReadonlyMap<string, string>): boolean =>
  Object.entries(selection.dimensions).every(([name, texts]) => texts.includes(values.get(name) ?? ''))

/** The values that a group is made by, in the order of `group_by`; absent ones are null. */
export function groupOf(
  { groupBy }: Selection,
  service: string,
  type: string,
  values: ReadonlyMap<string, string>,
): (string | null)[] {
  return groupBy.map((name) =>
    name === 'service' ? service : name === 'type' ? type : (values.get(name) ?? null),
  )
}

/** Whether the quantiles of a field are wanted. */
export const wantsQuantiles = ({ quantiles }: Selection, field: Field): boolean =>
  quantiles === undefined || quantiles === field
