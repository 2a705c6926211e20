import { Type } from '@sinclair/typebox'
import { defineOperation } from '../../../core/operation'
import { originOutput } from '../query/inputs'
import type { Reading } from '../query/reading'
import { toolView } from './get-tool-performance'
import type { MeasuredGroups } from './measure-groups'
import { dayLong, toolCalls, toolInput } from './tool-inputs'

const measures = ['p50', 'p95', 'p99', 'avg'] as const

export const getSlowestTools = (reading: Reading) =>
  defineOperation({
    name: 'get_slowest_tools',
    title: 'Get slowest tools',
    description:
      'The MCP tools with the highest latency (ms) over a period (default 24 hours), slowest first. Use it for "what is slow". It does not tell what became slower: that is compare_periods.',
    input: Type.Object(
      {
        ...toolInput,
        by: Type.Union(
          measures.map((name) => Type.Literal(name)),
          { default: 'p95' },
        ),
        min_calls: Type.Integer({
          minimum: 1,
          maximum: 1_000_000,
          default: 5,
          description: 'Tools with fewer timed calls say little',
        }),
        top: Type.Integer({ minimum: 1, maximum: 100, default: 10 }),
      },
      { additionalProperties: false },
    ),
    output: Type.Object(
      {
        ...originOutput,
        by: Type.String(),
        tools: Type.Array(toolView),
        left_out: Type.Integer({ description: 'Tools with fewer calls than min_calls, or without times' }),
      },
      { additionalProperties: false },
    ),
    scope: 'metrics:read',
    hints: { readOnly: true, idempotent: true },
    rest: { method: 'GET', path: '/tools/slowest' },
    examples: [{ title: 'By median over a week', input: { from: '7d', by: 'p50', min_calls: 20, top: 10 } }],
    async run({ by, min_calls, top, ...input }) {
      const selection = toolCalls(input, ['tool_name'], reading.now(), dayLong)
      const { groups, ...origin } = await reading.ask<MeasuredGroups>('measureGroups', selection)
      const key = `${by as (typeof measures)[number]}_ms` as const
      const timed = groups.filter((group) => group.calls >= min_calls && group[key] !== null)
      const ranked = timed.toSorted((a, b) => b[key]! - a[key]!).slice(0, top)
      return {
        ...origin,
        by,
        tools: ranked.map(({ values, ...rest }) => ({ tool_name: values[0]!, ...rest })),
        left_out: groups.length - timed.length,
      }
    },
  })
