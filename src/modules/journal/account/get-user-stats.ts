import { Type } from '@sinclair/typebox'
import type { Host, Usage } from '../../../core/module'
import { defineOperation } from '../../../core/operation'
import type { JournalSettings } from '../settings'
import { countStored } from './stored'
import { userIdHash } from './user-id'

const input = Type.Object({}, { additionalProperties: false })

const byWindow = (description: string) =>
  Type.Unsafe<Usage['limits']>(Type.Record(Type.String(), Type.Number(), { description }))

const output = Type.Object(
  {
    success: Type.Literal(true),
    user_id_hash: Type.String({ description: 'First 8 characters of the hash that stands for the user' }),
    tier: Type.String(),
    storage: Type.Object(
      {
        journal_entries: Type.Integer(),
        preferences: Type.Integer(),
        storage_records: Type.Integer(),
        bytes: Type.Integer({ description: 'Text and JSON as stored' }),
      },
      { additionalProperties: false },
    ),
    rate_limits: Type.Object(
      {
        current_usage: byWindow('Counted calls in each window'),
        limits: byWindow('Calls that each window admits; -1 or absent: any number'),
        reset_times: Type.Unsafe<Usage['reset_times']>(
          Type.Record(Type.String(), Type.String({ format: 'date-time' })),
        ),
        utilization_percentage: byWindow('Usage in percent of the limit'),
      },
      { additionalProperties: false },
    ),
    timestamp: Type.String({ format: 'date-time' }),
  },
  { additionalProperties: false },
)

export const getUserStats = (host: Host<JournalSettings>) =>
  defineOperation({
    name: 'get_user_stats',
    title: 'Get usage figures',
    description:
      'Tells the tier, how much is stored and how much of the call quota is used. Costs nothing, so it works when the quota is used up.',
    input,
    output,
    scope: 'journal:read',
    hints: { readOnly: true, idempotent: true },
    rest: { method: 'GET', path: '/api/v1/me' },
    cost: 0,
    async run(_, { principal, read }) {
      const { tier: _tier, ...rate_limits } = await host.usage(principal)
      return {
        success: true as const,
        user_id_hash: userIdHash(principal.id),
        tier: principal.tier,
        storage: await read((db) => countStored(db, principal.id)),
        rate_limits,
        timestamp: new Date(host.now()).toISOString(),
      }
    },
  })
