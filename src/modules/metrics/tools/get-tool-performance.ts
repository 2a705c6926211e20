import { Type } from '@sinclair/typebox'
import { defineOperation } from '../../../core/operation'
import { originOutput } from '../query/inputs'
import type { Reading } from '../query/reading'
import type { MeasuredGroups } from './measure-groups'
import { measuredOutput } from './measured'
import { dayLong, toolCalls, toolInput } from './tool-inputs'

export const toolView = Type.Object(
  { tool_name: Type.Union([Type.String(), Type.Null()]), ...measuredOutput },
  { additionalProperties: false },
)

export const getToolPerformance = (reading: Reading) =>
  defineOperation({
    name: 'get_tool_performance',
    title: 'Get tool performance',
    description:
      'Calls, error share and latency (average, p50, p95, p99, in ms) of each MCP tool over a period (default 24 hours), the most called first. Use it for "how is tool X doing" or an overview. For the slowest use get_slowest_tools, for causes of errors get_error_breakdown, for changes over time compare_periods.',
    input: Type.Object(
      {
        ...toolInput,
        top: Type.Integer({
          minimum: 1,
          maximum: 200,
          default: 20,
          description: 'Tools with the most calls',
        }),
      },
      { additionalProperties: false },
    ),
    output: Type.Object(
      { ...originOutput, tools: Type.Array(toolView), total_tools: Type.Integer() },
      { additionalProperties: false },
    ),
    scope: 'metrics:read',
    hints: { readOnly: true, idempotent: true },
    rest: { method: 'GET', path: '/tools' },
    examples: [{ title: 'The last day', input: { top: 10 } }],
    async run({ top, ...input }) {
      const selection = toolCalls(input, ['tool_name'], reading.now(), dayLong)
      const { groups, ...origin } = await reading.ask<MeasuredGroups>('measureGroups', selection)
      const ranked = groups.toSorted((a, b) => b.calls - a.calls)
      const tools = ranked.slice(0, top).map(({ values, ...rest }) => ({ tool_name: values[0]!, ...rest }))
      return { ...origin, tools, total_tools: groups.length }
    },
  })
