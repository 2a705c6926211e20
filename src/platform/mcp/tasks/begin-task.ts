import type { CallToolResult } from '@modelcontextprotocol/server'
import { AppError } from '../../../core/errors'
import type { Bound } from '../../dispatch/dispatch'
import type { Tasks } from '../../tasks/tasks'
import { type CallParts, failedCall } from '../call-tool'
import { contextOf, type Exchange } from '../exchange'
import { toolResult } from '../tool-result'
import { callerOf } from './caller'
import { announced } from './wire'

/** What a call that may become a task is answered with: its result when it is over at once, else the task. */
export type Begun = CallToolResult | (ReturnType<typeof announced> & { resultType: 'task' })

/** A call that is over within this time needs no polling. */
const patienceMs = 300

/** Begins a task for an operation: refused like any call, before there is one. */
export async function beginOperation(
  parts: CallParts & { tasks: Tasks },
  bound: Bound,
  input: Record<string, unknown>,
  exchange: Exchange,
): Promise<Begun> {
  const { principal, signal } = exchange
  try {
    if (!(await parts.tasks.hasRoom(principal.id))) throw tooMany()
    await parts.dispatcher.admit(bound, input, contextOf(exchange, signal))
    return await beginTask(parts.tasks, bound.operation.name, input, exchange)
  } catch (error) {
    return toolResult(failedCall(parts, bound.operation.name, error, exchange, signal))
  }
}

/** Begins a task and waits a little; what is over by then is answered and forgotten. */
export async function beginTask(
  tasks: Tasks,
  tool: string,
  input: Record<string, unknown>,
  { principal }: Exchange,
): Promise<Begun> {
  const begun = await tasks.start({ owner: principal.id, tool, input, caller: callerOf(principal) })
  if (!begun) throw tooMany()
  const row = await tasks.settled(begun, patienceMs)
  if (row.status !== 'completed') return { resultType: 'task', ...announced(row) }
  await tasks.remove(row.owner, row.id)
  return row.outcome as unknown as CallToolResult
}

const tooMany = () =>
  new AppError(
    'rate_limited',
    'Too many tasks are under way: wait for one to end, or cancel one with tasks/cancel',
    { code: 'too_many_tasks', retryAfter: 5 },
  )
