import { Type } from '@sinclair/typebox'
import { invalid } from '../../../core/errors'
import { defineOperation } from '../../../core/operation'
import { filterInput, periodInput, selectionOf } from './inputs'
import type { RawPage } from './list-raw'
import type { Reading } from './reading'

const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) =>
  Type.Union([type, Type.Null()])

export const listRawMetrics = (reading: Reading) =>
  defineOperation({
    name: 'list_raw_metrics',
    title: 'List raw metrics',
    description:
      'Lists single metrics as they were sent, the last that came first. Use it to look into one request or one failure; for numbers over many of them use query_metrics. Go on with next_cursor until it is null: a page may be short, or empty, where much had to be looked through.',
    input: Type.Object(
      {
        ...filterInput,
        ...periodInput,
        limit: Type.Integer({ minimum: 1, maximum: 1000, default: 100 }),
        cursor: Type.Optional(Type.String({ maxLength: 100, description: 'next_cursor of the page before' })),
      },
      { additionalProperties: false },
    ),
    output: Type.Object(
      {
        metrics: Type.Array(
          Type.Object(
            {
              id: Type.Integer(),
              request_id: Type.String(),
              service: Type.String(),
              service_version: nullable(Type.String()),
              instance_id: nullable(Type.String()),
              type: Type.String(),
              timestamp: Type.String(),
              value: Type.Number(),
              duration_ms: nullable(Type.Number()),
              dimensions: Type.Record(Type.String(), Type.Unknown()),
              metadata: Type.Record(Type.String(), Type.Unknown()),
            },
            { additionalProperties: false },
          ),
        ),
        next_cursor: nullable(Type.String()),
      },
      { additionalProperties: false },
    ),
    scope: 'metrics:read',
    hints: { readOnly: true, idempotent: true },
    listed: 'module',
    rest: { method: 'GET', path: '/raw' },
    examples: [
      {
        title: 'The last failures of a tool',
        input: { type: 'tool_execution', dimensions: { tool_name: 'search', success: 'false' }, limit: 20 },
      },
    ],
    async run({ cursor, limit, ...input }) {
      const selection = selectionOf(input, reading.now(), 86_400_000)
      const page = await reading.ask<RawPage>('listRaw', { ...selection, limit, before: beforeOf(cursor) })
      return {
        metrics: page.metrics,
        next_cursor: page.before === null ? null : `m${page.before.toString(36)}`,
      }
    },
  })

function beforeOf(cursor: string | undefined): number | null {
  if (cursor === undefined) return null
  const id = /^m[0-9a-z]{1,11}$/.test(cursor) ? Number.parseInt(cursor.slice(1), 36) : Number.NaN
  if (!Number.isSafeInteger(id))
    throw invalid('/cursor', 'must be the next_cursor of an earlier answer to the same call')
  return id
}
