import { Type } from '@sinclair/typebox'
import { defineOperation } from '../../../core/operation'
import { periodInput } from './inputs'
import type { Sent } from './listings'
import { periodOf } from './period'
import type { Reading } from './reading'

const week = 7 * 86_400_000

export const listMetricTypes = (reading: Reading) =>
  defineOperation({
    name: 'list_metric_types',
    title: 'List metric types',
    description:
      'Lists which types of metrics came in a period and how many of each, with the names of custom metrics. Use it to learn what query_metrics can be asked for.',
    input: Type.Object(periodInput, { additionalProperties: false }),
    output: Type.Object(
      {
        types: Type.Array(
          Type.Object(
            { type: Type.String(), metrics: Type.Integer(), services: Type.Array(Type.String()) },
            { additionalProperties: false },
          ),
        ),
        custom_metrics: Type.Array(
          Type.Object({ name: Type.String(), metrics: Type.Integer() }, { additionalProperties: false }),
        ),
      },
      { additionalProperties: false },
    ),
    scope: 'metrics:read',
    hints: { readOnly: true, idempotent: true },
    listed: 'module',
    rest: { method: 'GET', path: '/types' },
    async run({ from, to }) {
      const period = periodOf(from, to, reading.now(), week)
      const sent = await reading.ask<Sent[]>('listSent', period)
      const types = Map.groupBy(sent, ({ type }) => type)
      return {
        types: [...types].map(([type, rows]) => ({
          type,
          metrics: rows.reduce((sum, { metrics }) => sum + metrics, 0),
          services: rows.map(({ service }) => service),
        })),
        custom_metrics: await reading.ask<{ name: string; metrics: number }[]>('listCustom', period),
      }
    },
  })
