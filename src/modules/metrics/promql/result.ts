import { labelsObject } from './labels'
import { failed } from './promql-error'
import type { SampleSeries } from './sample-source'
import { type Steps, timeAt, type Value } from './steps'

/** Seconds, and the number as text: JSON has no NaN. */
export type Point = [time: number, value: string]

/** `data` of Prometheus' answer to a query. */
export type QueryData =
  | { resultType: 'vector'; result: { metric: Record<string, string>; value: Point }[] }
  | { resultType: 'matrix'; result: { metric: Record<string, string>; values: Point[] }[] }
  | { resultType: 'scalar' | 'string'; result: Point }

type VectorValue = Extract<Value, { type: 'vector' }>

/** A number as Prometheus writes it. */
export function textOfNumber(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf'
  if (value === Number.NEGATIVE_INFINITY) return '-Inf'
  return Object.is(value, -0) ? '-0' : String(value)
}

const point = (time: number, value: number): Point => [time / 1000, textOfNumber(value)]

export const scalarOf = (values: Float64Array, time: number): QueryData => ({
  resultType: 'scalar',
  result: point(time, values[0]!),
})

/** An instant vector at its one step. */
export const vectorOf = (columns: VectorValue['columns'], time: number): QueryData => ({
  resultType: 'vector',
  result: columns
    .filter(({ has }) => has[0] === 1)
    .map(({ labels, values }) => ({ metric: labelsObject(labels), value: point(time, values[0]!) })),
})

/** The samples of a range vector in `(from, to]`. */
export const matrixOf = (series: SampleSeries[], from: number, to: number): QueryData => ({
  resultType: 'matrix',
  result: series
    .map(({ labels, times, values }) => ({
      metric: labelsObject(labels),
      values: pointsBetween(times, values, from, to),
    }))
    .filter(({ values }) => values.length > 0),
})

function pointsBetween(times: Float64Array, values: Float64Array, from: number, to: number): Point[] {
  const points: Point[] = []
  for (let at = 0; at < times.length; at++) {
    if (times[at]! > from && times[at]! <= to) points.push(point(times[at]!, values[at]!))
  }
  return points
}

/** The answer of a range query: a scalar is a series without labels. */
export function rangeOf(value: Value, steps: Steps): QueryData {
  if (value.type === 'string') throw failed('a string has no range')
  const columns =
    value.type === 'vector'
      ? value.columns
      : [
          {
            labels: new Map<string, string>(),
            values: value.values,
            has: new Uint8Array(steps.count).fill(1),
          },
        ]
  const result = columns.map(({ labels, values, has }) => ({
    metric: labelsObject(labels),
    values: pointsOf(values, has, steps),
  }))
  return { resultType: 'matrix', result: result.filter(({ values }) => values.length > 0) }
}

function pointsOf(values: Float64Array, has: Uint8Array, steps: Steps): Point[] {
  const points: Point[] = []
  for (let at = 0; at < values.length; at++) {
    if (has[at] === 1) points.push(point(timeAt(steps, at), values[at]!))
  }
  return points
}
