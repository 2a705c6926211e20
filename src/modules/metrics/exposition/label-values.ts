import type { Json } from '../../../core/json'

export interface LabelLimits {
  /** Distinct values of one label of one series. */
  cardinality: number
  /** Characters of a value. */
  length: number
}

/** What stands for a value that is empty, and for every value beyond the limit. */
export const unset = '_unset'
export const other = '_other'

/** Labels whose values clients choose freely: they are also cleaned. */
const cleaned = new Set(['tool_name', 'client_name', 'client_version', 'query', 'method'])

/** Gives the value that a label may have; a value that was let in once stays in. */
export type LabelValue = (label: string, value: Json | undefined) => string

/**
 * Keeps the labels of one series within limits, so that no sender can make series without end. A missing value is '': the label is left out.
 */
export function createLabelValues({ cardinality, length }: LabelLimits): LabelValue {
  const seen = new Map<string, Set<string>>()
  return (label, value) => {
    if (value === undefined || value === null) return ''
    const text = boundText(label, textOf(value), length)
    if (text === unset || text === '') return text
    let values = seen.get(label)
    if (!values) {
      values = new Set()
      seen.set(label, values)
    }
    if (values.has(text)) return text
    if (values.size >= cardinality) return other
    values.add(text)
    return text
  }
}

const textOf = (value: Json) => (typeof value === 'string' ? value : JSON.stringify(value))

function boundText(label: string, text: string, length: number): string {
  if (!cleaned.has(label)) return text.slice(0, length).toWellFormed()
  return text.replace(/[^A-Za-z0-9\-_.:/]/g, '_').slice(0, length) || unset
}
