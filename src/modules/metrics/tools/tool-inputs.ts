import { Type } from '@sinclair/typebox'
import { periodInput } from '../query/inputs'
import { periodOf } from '../query/period'
import type { Selection } from '../query/selection'

const name = (description: string) => Type.Optional(Type.String({ maxLength: 200, description }))

/** Which tool calls are meant. */
export const toolInput = {
  ...periodInput,
  service: name('Sender of the metrics, e.g. auth-server'),
  server_name: name('MCP server that has the tool'),
  tool_name: name('One tool'),
  client_name: name('One client'),
}

type ToolInput = Partial<Record<keyof typeof toolInput, string>>

/** Tool calls of an input, in groups. Throws `invalid` for a period that is none. */
export function toolCalls(input: ToolInput, groupBy: string[], now: number, span: number): Selection {
  const { from, to, service, server_name, tool_name, client_name } = input
  const named = Object.entries({ server_name, tool_name, client_name }).filter(
    ([, value]) => value !== undefined,
  )
  return {
    period: periodOf(from, to, now, span),
    type: 'tool_execution',
    service,
    dimensions: Object.fromEntries(named.map(([key, value]) => [key, [value!]])),
    groupBy,
  }
}

export const dayLong = 86_400_000
export const weekLong = 7 * dayLong
