import { Type } from '@sinclair/typebox'
import { defineOperation } from '../../../core/operation'
import { rounded } from './aggregation'
import { periodInput } from './inputs'
import type { Sent } from './listings'
import { iso, periodOf } from './period'
import type { Reading } from './reading'

const week = 7 * 86_400_000

export const listServices = (reading: Reading) =>
  defineOperation({
    name: 'list_services',
    title: 'List services',
    description:
      'Lists the services that sent metrics in a period (default 7 days): how many, of which types, the share of failures, and when last. Use it first, to learn what there is, or to see who has gone quiet. Not for tools (get_tool_performance) or clients (get_usage_by_client).',
    input: Type.Object(periodInput, { additionalProperties: false }),
    output: Type.Object(
      {
        services: Type.Array(
          Type.Object(
            {
              service: Type.String(),
              metrics: Type.Integer(),
              failure_percent: Type.Number({ description: 'Share with success or healthy false' }),
              last_hour: Type.String({ description: 'Start of the last hour with metrics' }),
              types: Type.Record(Type.String(), Type.Integer(), { description: 'Metrics by type' }),
            },
            { additionalProperties: false },
          ),
        ),
      },
      { additionalProperties: false },
    ),
    scope: 'metrics:read',
    hints: { readOnly: true, idempotent: true },
    rest: { method: 'GET', path: '/services' },
    examples: [{ title: 'Today', input: { from: '24h' } }],
    async run({ from, to }) {
      const sent = await reading.ask<Sent[]>('listSent', periodOf(from, to, reading.now(), week))
      const services = Map.groupBy(sent, ({ service }) => service)
      return { services: [...services].map(([service, rows]) => viewOf(service, rows)) }
    },
  })

function viewOf(service: string, rows: Sent[]) {
  const metrics = rows.reduce((sum, row) => sum + row.metrics, 0)
  const failures = rows.reduce((sum, row) => sum + row.failures, 0)
  return {
    service,
    metrics,
    failure_percent: rounded((100 * failures) / metrics)!,
    last_hour: iso(Math.max(...rows.map(({ last }) => last))),
    types: Object.fromEntries(rows.map((row) => [row.type, row.metrics])),
  }
}
