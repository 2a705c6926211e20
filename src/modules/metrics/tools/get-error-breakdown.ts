import { Type } from '@sinclair/typebox'
import { defineOperation } from '../../../core/operation'
import { rounded } from '../query/aggregation'
import { originOutput, periodInput, selectionOf } from '../query/inputs'
import type { Reading } from '../query/reading'
import type { ErrorBreakdown } from './break-down-errors'
import { dayLong } from './tool-inputs'

/** Types whose metrics say whether they succeeded. */
const types = ['tool_execution', 'auth_request', 'registry_operation'] as const

const causeView = Type.Object(
  { error_code: Type.Union([Type.String(), Type.Null()]), errors: Type.Integer(), percent: Type.Number() },
  { additionalProperties: false },
)

const percent = (part: number, whole: number) => (whole === 0 ? 0 : rounded((100 * part) / whole)!)

const input = Type.Object(
  {
    ...periodInput,
    type: Type.Union(
      types.map((name) => Type.Literal(name)),
      { default: 'tool_execution' },
    ),
    service: Type.Optional(Type.String({ maxLength: 100 })),
    group_by: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z_][A-Za-z0-9_]*$',
        maxLength: 50,
        description:
          'A dimension; default tool_name, of auth_request server, of registry_operation operation',
      }),
    ),
    top: Type.Integer({
      minimum: 1,
      maximum: 100,
      default: 10,
      description: 'Groups with the most errors',
    }),
  },
  { additionalProperties: false },
)

const output = Type.Object(
  {
    ...originOutput,
    calls: Type.Integer(),
    errors: Type.Integer(),
    error_percent: Type.Number(),
    group_by: Type.String(),
    causes: Type.Array(causeView, { description: 'Percent of all errors' }),
    groups: Type.Array(
      Type.Object(
        {
          value: Type.Union([Type.String(), Type.Null()]),
          calls: Type.Integer(),
          errors: Type.Integer(),
          error_percent: Type.Number({ description: 'Of its calls' }),
          main_cause: Type.Union([Type.String(), Type.Null()]),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)

export const getErrorBreakdown = (reading: Reading) =>
  defineOperation({
    name: 'get_error_breakdown',
    title: 'Get error breakdown',
    description:
      'Failures over a period (default 24 hours) by cause (error_code; null: none was sent) and by tool, server or client, most errors first. Use it for "what is failing and why". Not for latency; for whether errors rose use compare_periods with measure error_percent.',
    input,
    output,
    scope: 'metrics:read',
    hints: { readOnly: true, idempotent: true },
    rest: { method: 'GET', path: '/errors' },
    examples: [{ title: 'Of tools, today', input: { type: 'tool_execution', top: 5 } }],
    async run({ group_by, top, ...input }) {
      const by = group_by ?? usualGroup[input.type as (typeof types)[number]]
      const selection = selectionOf({ ...input, group_by: [by] }, reading.now(), dayLong)
      const { calls, causes, groups, ...origin } = await reading.ask<ErrorBreakdown>(
        'breakDownErrors',
        selection,
      )
      const errors = groups.reduce((sum, group) => sum + group.errors, 0)
      const ranked = groups.filter((group) => group.errors > 0).toSorted((a, b) => b.errors - a.errors)
      return {
        ...origin,
        calls,
        errors,
        error_percent: percent(errors, calls),
        group_by: by,
        causes: causes.slice(0, 20).map((cause) => ({ ...cause, percent: percent(cause.errors, errors) })),
        groups: ranked.slice(0, top).map((group) => ({
          value: group.value,
          calls: group.calls,
          errors: group.errors,
          error_percent: percent(group.errors, group.calls),
          main_cause: group.causes[0]?.error_code ?? null,
        })),
      }
    },
  })

const usualGroup: Record<(typeof types)[number], string> = {
  tool_execution: 'tool_name',
  auth_request: 'server',
  registry_operation: 'operation',
}
