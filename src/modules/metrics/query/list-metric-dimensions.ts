import { Type } from '@sinclair/typebox'
import { defineOperation } from '../../../core/operation'
import { metricTypes } from '../ingest/metric'
import { periodInput } from './inputs'
import type { DimensionValues } from './listings'
import { periodOf } from './period'
import type { Reading } from './reading'

const week = 7 * 86_400_000

export const listMetricDimensions = (reading: Reading) =>
  defineOperation({
    name: 'list_metric_dimensions',
    title: 'List metric dimensions',
    description:
      'Lists the dimensions of one type of metric with their most frequent values. Use it to learn what query_metrics can filter and group by. Dimensions with a value a caller or call, such as user_hash or query, are in raw metrics only and not listed.',
    input: Type.Object(
      {
        type: Type.Union(metricTypes.map((name) => Type.Literal(name))),
        service: Type.Optional(Type.String({ maxLength: 100 })),
        metric: Type.Optional(Type.String({ maxLength: 200, description: 'Name of a custom metric' })),
        ...periodInput,
        values: Type.Integer({
          minimum: 1,
          maximum: 200,
          default: 20,
          description: 'Values of each dimension',
        }),
      },
      { additionalProperties: false },
    ),
    output: Type.Object(
      {
        dimensions: Type.Array(
          Type.Object(
            {
              name: Type.String(),
              distinct: Type.Integer({ description: 'Values it has had in the period' }),
              values: Type.Array(
                Type.Object(
                  { value: Type.String(), metrics: Type.Integer() },
                  { additionalProperties: false },
                ),
              ),
            },
            { additionalProperties: false },
          ),
        ),
      },
      { additionalProperties: false },
    ),
    scope: 'metrics:read',
    hints: { readOnly: true, idempotent: true },
    listed: 'module',
    rest: { method: 'GET', path: '/dimensions' },
    examples: [{ title: 'Of tool calls', input: { type: 'tool_execution', values: 10 } }],
    async run({ from, to, ...input }) {
      const period = periodOf(from, to, reading.now(), week)
      return { dimensions: await reading.ask<DimensionValues[]>('listDimensions', { ...input, ...period }) }
    },
  })
