import { Type } from '@sinclair/typebox'
import { defineOperation } from '../../../core/operation'
import { type Aggregation, aggregations, defaultField, type Field, fields, unitOf } from './aggregation'
import type { Query, QueryAnswer } from './answer-query'
import { filterInput, groupByInput, originOutput, periodInput, selectionOf } from './inputs'
import { stepOf } from './period'
import type { Reading } from './reading'

const day = 86_400_000

const input = Type.Object(
  {
    ...filterInput,
    ...periodInput,
    step: Type.Optional(
      Type.String({
        maxLength: 20,
        description: 'Length of a point, e.g. 5m, 1h, 1d; without it one number a group',
      }),
    ),
    aggregation: Type.Union(
      aggregations.map((name) => Type.Literal(name)),
      {
        default: 'count',
        description: 'rate is metrics per second; p50, p95 and p99 are by nearest rank, within 1 %',
      },
    ),
    field: Type.Optional(
      Type.Union(
        fields.map((name) => Type.Literal(name)),
        {
          description:
            'Default: value for count, rate, sum and for custom and protocol_latency; else duration_ms',
        },
      ),
    ),
    group_by: groupByInput,
    top: Type.Integer({
      minimum: 1,
      maximum: 500,
      default: 20,
      description: 'Groups with the largest values',
    }),
  },
  { additionalProperties: false },
)

const output = Type.Object(
  {
    ...originOutput,
    aggregation: Type.String(),
    field: Type.String(),
    unit: Type.String(),
    step_seconds: Type.Union([Type.Number(), Type.Null()]),
    groups: Type.Array(
      Type.Object(
        {
          group: Type.Record(Type.String(), Type.Union([Type.String(), Type.Null()])),
          value: Type.Union([Type.Number(), Type.Null()]),
          count: Type.Integer({ description: 'Metrics in the group' }),
          points: Type.Optional(
            Type.Array(
              Type.Object(
                {
                  at: Type.String({ description: 'Start' }),
                  value: Type.Union([Type.Number(), Type.Null()]),
                },
                { additionalProperties: false },
              ),
            ),
          ),
        },
        { additionalProperties: false },
      ),
    ),
    total_groups: Type.Integer({ description: 'Groups there are, with those below the top' }),
    note: Type.Optional(Type.String({ description: 'Dimensions asked for that no metric of the type has' })),
  },
  { additionalProperties: false },
)

export const queryMetrics = (reading: Reading) =>
  defineOperation({
    name: 'query_metrics',
    title: 'Query metrics',
    description:
      'Aggregates stored metrics over a period, whole or by step, by up to three dimensions. Use it for questions that the other metrics tools do not answer: trends over time, auth or discovery metrics, custom metrics. Not for tool latency and errors (get_tool_performance), slow tools (get_slowest_tools), error causes (get_error_breakdown) or "what changed" (compare_periods).',
    input,
    output,
    scope: 'metrics:read',
    hints: { readOnly: true, idempotent: true },
    rest: { method: 'GET', path: '/query' },
    examples: [
      {
        title: '95th percentile of each tool, hour by hour, over a day',
        input: {
          type: 'tool_execution',
          aggregation: 'p95',
          group_by: ['tool_name'],
          from: '24h',
          step: '1h',
          top: 5,
        },
      },
      {
        title: 'Refused sign-ins by server in a week',
        input: {
          type: 'auth_request',
          dimensions: { success: 'false' },
          group_by: ['server'],
          from: '7d',
          aggregation: 'count',
          top: 20,
        },
      },
    ],
    async run(given) {
      const now = reading.now()
      const aggregation = given.aggregation as Aggregation
      const field = (given.field as Field | undefined) ?? defaultField(aggregation, given.type)
      const step = given.step === undefined ? undefined : stepOf(given.step)
      const query: Query = { ...selectionOf(given, now, day), aggregation, field, step, top: given.top, now }
      const answer = await reading.ask<QueryAnswer>('queryMetrics', query)
      return {
        ...answer,
        aggregation,
        field,
        unit: unitOf(aggregation, field, given.type),
        step_seconds: step === undefined ? null : step / 1000,
      }
    },
  })
