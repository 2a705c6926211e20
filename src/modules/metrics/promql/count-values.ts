import type { Grouping } from './ast'
import { groupLabels } from './grouping'
import { checkLabelName } from './label-functions'
import { labelsOf, signature } from './labels'
import { type Column, type Evaluation, newColumn } from './steps'

/** `count_values("label", v)`: how many series of each group have each value, told in the label. */
export function countValues(
  label: string,
  grouping: Grouping,
  columns: Column[],
  { count, spend }: { count: number; spend: Evaluation['spend'] },
): Column[] {
  checkLabelName(label)
  const found = new Map<string, Column>()
  for (const { labels, values, has } of columns) {
    const group = groupLabels(labels, grouping)
    for (let at = 0; at < count; at++) {
      if (has[at] === 0) continue
      const own = labelsOf(new Map([...group, [label, textOfValue(values[at]!)]]))
      const key = signature(own)
      let column = found.get(key)
      if (!column) {
        spend(count)
        column = newColumn(own, count)
        found.set(key, column)
      }
      column.values[at]!++
      column.has[at] = 1
    }
  }
  return [...found.values()]
}

/** As Prometheus writes it into a label: never with an exponent. */
function textOfValue(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf'
  if (value === Number.NEGATIVE_INFINITY) return '-Inf'
  const text = String(value)
  const [, sign, digits, fraction = '', exponent] = /^(-?)(\d+)\.?(\d*)e([+-]\d+)$/.exec(text) ?? []
  if (digits === undefined) return text
  const power = Number(exponent)
  return power > 0
    ? `${sign}${digits}${fraction.padEnd(power, '0')}`
    : `${sign}0.${digits.padStart(-power, '0')}${fraction}`
}
