import { Type } from '@sinclair/typebox'
import { defineOperation } from '../../../core/operation'
import { metricTypes } from '../ingest/metric'
import { originOutput, periodInput, selectionOf } from '../query/inputs'
import { type Period, timeDescription, timeOf } from '../query/period'
import type { Reading } from '../query/reading'
import { startOf } from '../rollups/rollup'
import { type Change, changesOf, type Measure, measures, verdicts } from './changes'
import type { MeasuredGroups } from './measure-groups'
import { dayLong, weekLong } from './tool-inputs'

const number = Type.Union([Type.Number(), Type.Null()])

const input = Type.Object(
  {
    measure: Type.Union(
      measures.map((name) => Type.Literal(name)),
      { default: 'p95', description: 'Latency in ms, error_percent, or calls' },
    ),
    ...periodInput,
    compare_from: Type.Optional(
      Type.String({
        maxLength: 40,
        description: `Start of the earlier period, which is as long; default: right before from. ${timeDescription}`,
      }),
    ),
    type: Type.Union(
      metricTypes.map((name) => Type.Literal(name)),
      { default: 'tool_execution' },
    ),
    service: Type.Optional(Type.String({ maxLength: 100 })),
    group_by: Type.String({
      pattern: '^[A-Za-z_][A-Za-z0-9_]*$',
      maxLength: 50,
      default: 'tool_name',
      description: 'A dimension, or service',
    }),
    threshold_percent: Type.Number({
      minimum: 0,
      maximum: 10_000,
      default: 10,
      description: 'Changes up to this are similar; of error_percent a tenth of it, in percentage points',
    }),
    min_calls: Type.Integer({
      minimum: 1,
      maximum: 1_000_000,
      default: 10,
      description: 'In each period; fewer say little',
    }),
    top: Type.Integer({ minimum: 1, maximum: 200, default: 20 }),
  },
  { additionalProperties: false },
)

const output = Type.Object(
  {
    measure: Type.String(),
    unit: Type.String(),
    now: Type.Object(originOutput, { additionalProperties: false }),
    before: Type.Object(originOutput, { additionalProperties: false }),
    higher: Type.Integer({ description: 'Groups that rose by more than the threshold' }),
    lower: Type.Integer(),
    total_groups: Type.Integer(),
    groups: Type.Array(
      Type.Object(
        {
          group: Type.Union([Type.String(), Type.Null()]),
          verdict: Type.Union(verdicts.map((name) => Type.Literal(name))),
          before: number,
          now: number,
          change: number,
          change_percent: number,
          calls_before: Type.Integer(),
          calls_now: Type.Integer(),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)

export const comparePeriods = (reading: Reading) =>
  defineOperation({
    name: 'compare_periods',
    title: 'Compare periods',
    description:
      'Compares each tool (or other group) between a period and an earlier one: which became slower, failed more, or is used more. Without arguments: p95 latency of every tool in the last 7 days against the 7 days before, the largest rise first, so one call answers "which tools got slower this week?". Not for absolute numbers of one period (get_tool_performance).',
    input,
    output,
    scope: 'metrics:read',
    hints: { readOnly: true, idempotent: true },
    rest: { method: 'GET', path: '/compare' },
    examples: [
      {
        title: 'Which tools got slower this week',
        input: {
          measure: 'p95',
          type: 'tool_execution',
          group_by: 'tool_name',
          threshold_percent: 10,
          min_calls: 10,
          top: 20,
        },
      },
    ],
    async run(given) {
      const measure = given.measure as Measure
      const selection = selectionOf({ ...given, group_by: [given.group_by] }, reading.now(), weekLong)
      const { to } = selection.period
      const from = startOfNow(selection.period)
      selection.period = { from, to }
      const start =
        given.compare_from === undefined
          ? from - (to - from)
          : timeOf('/compare_from', given.compare_from, reading.now())
      const earlier = { ...selection, period: { from: start, to: start + (to - from) } }
      const [now, before] = await Promise.all(
        [selection, earlier].map((one) => reading.ask<MeasuredGroups>('measureGroups', one)),
      )
      const limits = { measure, threshold: given.threshold_percent, minCalls: given.min_calls }
      return viewOf(measure, now!, before!, changesOf(now!.groups, before!.groups, limits), given.top)
    },
  })

/** Rollups are whole hours: an hour that is cut in two would be in both periods. */
const startOfNow = ({ from, to }: Period) => (to - from < 2 * dayLong ? from : startOf('hour', from))

function viewOf(
  measure: Measure,
  now: MeasuredGroups,
  before: MeasuredGroups,
  changes: Change[],
  top: number,
) {
  const origin = ({ from, to, source }: MeasuredGroups) => ({ from, to, source })
  const count = (wanted: string) => changes.filter(({ verdict }) => verdict === wanted).length
  return {
    measure,
    unit: measure === 'calls' ? 'calls' : measure === 'error_percent' ? 'percent of calls' : 'ms',
    now: origin(now),
    before: origin(before),
    higher: count('higher'),
    lower: count('lower'),
    total_groups: changes.length,
    groups: changes.slice(0, top),
  }
}
