import { Type } from '@sinclair/typebox'
import { defineOperation } from '../../../core/operation'
import { rounded } from '../query/aggregation'
import { originOutput, periodInput } from '../query/inputs'
import type { Reading } from '../query/reading'
import type { MeasuredGroups } from './measure-groups'
import { measuredOutput } from './measured'
import { toolCalls, weekLong } from './tool-inputs'

const nullable = Type.Union([Type.String(), Type.Null()])

export const getUsageByClient = (reading: Reading) =>
  defineOperation({
    name: 'get_usage_by_client',
    title: 'Get usage by client',
    description:
      'Tool calls of each client application (client_name, or client_name and version) over a period (default 7 days): calls, share, error share, latency in ms; the most active first. Use it for "who uses this, and with which version". Not for single people: those are not kept in rollups.',
    input: Type.Object(
      {
        ...periodInput,
        service: Type.Optional(Type.String({ maxLength: 100 })),
        tool_name: Type.Optional(Type.String({ maxLength: 200, description: 'Calls of one tool' })),
        versions: Type.Boolean({ default: false, description: 'One row a version of each client' }),
        top: Type.Integer({ minimum: 1, maximum: 200, default: 20 }),
      },
      { additionalProperties: false },
    ),
    output: Type.Object(
      {
        ...originOutput,
        calls: Type.Integer(),
        clients: Type.Array(
          Type.Object(
            {
              client_name: nullable,
              client_version: Type.Optional(nullable),
              share_percent: Type.Number(),
              ...measuredOutput,
            },
            { additionalProperties: false },
          ),
        ),
        total_clients: Type.Integer(),
      },
      { additionalProperties: false },
    ),
    scope: 'metrics:read',
    hints: { readOnly: true, idempotent: true },
    rest: { method: 'GET', path: '/clients' },
    examples: [{ title: 'Versions in use', input: { versions: true, top: 20 } }],
    async run({ versions, top, ...input }) {
      const groupBy = versions ? ['client_name', 'client_version'] : ['client_name']
      const selection = toolCalls(input, groupBy, reading.now(), weekLong)
      const { groups, ...origin } = await reading.ask<MeasuredGroups>('measureGroups', selection)
      const calls = groups.reduce((sum, group) => sum + group.calls, 0)
      const ranked = groups.toSorted((a, b) => b.calls - a.calls).slice(0, top)
      const clients = ranked.map(({ values: [client_name, client_version], ...rest }) => ({
        client_name: client_name!,
        ...(versions && { client_version: client_version! }),
        share_percent: rounded((100 * rest.calls) / calls)!,
        ...rest,
      }))
      return { ...origin, calls, clients, total_clients: groups.length }
    },
  })
