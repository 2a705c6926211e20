import { type Static, Type } from '@sinclair/typebox'
import { metricTypes } from '../ingest/metric'
import { type Period, periodOf, timeDescription } from './period'
import type { Selection } from './selection'

const literals = <const T extends readonly string[]>(names: T) =>
  Type.Union(names.map((name) => Type.Literal(name)))

const dimensionName = Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_.:/-]*$', maxLength: 200 })

/** A period as every call takes it. */
export const periodInput = {
  from: Type.Optional(Type.String({ maxLength: 40, description: `Start: ${timeDescription}` })),
  to: Type.Optional(Type.String({ maxLength: 40, description: 'End, not included; default now' })),
}

/** Which metrics are meant. */
export const filterInput = {
  type: Type.Optional(literals(metricTypes)),
  service: Type.Optional(Type.String({ maxLength: 100, description: 'The sender, e.g. auth-server' })),
  dimensions: Type.Optional(
    Type.Record(
      dimensionName,
      Type.Union([
        Type.String({ maxLength: 1000 }),
        Type.Array(Type.String({ maxLength: 1000 }), { maxItems: 50 }),
      ]),
      {
        maxProperties: 20,
        description:
          'Value, or values, that each dimension has; all are texts, e.g. {"tool_name": "search", "success": "false"}. custom metrics: {"metric_name": "…"}. Failures by cause: error_code',
      },
    ),
  ),
}

export const groupByInput = Type.Array(dimensionName, {
  maxItems: 3,
  default: [],
  description: 'service, type, or names of dimensions, e.g. tool_name',
})

interface Filter {
  type?: string
  service?: string
  dimensions?: Record<string, string | string[]>
}

/** The filter and period of an input. Throws `invalid`. */
export function selectionOf(
  input: Filter & { from?: string; to?: string; group_by?: string[] },
  now: number,
  span: number,
): Selection {
  return {
    ...filterOf(input),
    period: periodOf(input.from, input.to, now, span),
    groupBy: input.group_by ?? [],
  }
}

/** Each dimension with its texts. */
export function filterOf({ type, service, dimensions = {} }: Filter) {
  const texts = Object.entries(dimensions).map(([name, value]) => [name, [value].flat()])
  return { type, service, dimensions: Object.fromEntries(texts) as Record<string, string[]> }
}

/** What an answer says of where its numbers come from. */
export const originOutput = {
  from: Type.String({ description: 'Start of what was looked at' }),
  to: Type.String({ description: 'End, not included' }),
  source: Type.Union([Type.Literal('raw'), Type.Literal('hour'), Type.Literal('day')], {
    description: 'raw: every metric; hour, day: rollups, so from and to are whole hours or days',
  }),
}

const originSchema = Type.Object(originOutput)
export type Origin = Static<typeof originSchema>

export const originOf = ({ source, period }: { source: Origin['source']; period: Period }): Origin => ({
  from: new Date(period.from).toISOString(),
  to: new Date(period.to).toISOString(),
  source,
})
