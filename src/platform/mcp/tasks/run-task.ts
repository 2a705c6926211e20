import type { CallToolResult } from '@modelcontextprotocol/server'
import type { Principal } from '../../../core/principal'
import type { Bound, Dispatcher } from '../../dispatch/dispatch'
import type { Ending, RunTask, TaskRun, Tasks } from '../../tasks/tasks'
import { withRequestId } from '../../telemetry/request-id'
import { type CallParts, callTool, failedCall } from '../call-tool'
import { contextOf, type Exchange } from '../exchange'
import type { ExtensionTool } from '../extension'
import { rpcCodes } from '../refusal'
import { type ToolEnding, toolEnding } from '../tool-ending'
import { underCaller, type WithdrawalParts } from './withdrawal'

export interface RunParts extends CallParts, WithdrawalParts {
  /** Tools beside the operations, by name. */
  extra: ReadonlyMap<string, ExtensionTool>
}

/** Lets tasks run tools, and forgets them where an operation erases what its caller has. */
export function serveTasks(parts: RunParts, tasks: Tasks): void {
  tasks.serve(createRunTask(parts))
  parts.dispatcher.watch(({ owner, operation }) => {
    if (!parts.dispatcher.find(operation)?.operation.erases) return
    tasks.forget(owner).catch((cause) => parts.log.error('results of tasks could not be erased', { cause }))
  })
}

/** Runs the tool of a task as the caller that began it; its log lines carry the id that a failure tells. */
const createRunTask =
  (parts: RunParts): RunTask =>
  (task) =>
    underCaller(parts, task, (run, caller) => withRequestId(run.row.id, () => runTool(parts, run, caller)))

async function runTool(parts: RunParts, run: TaskRun, caller: Principal): Promise<Ending> {
  const { tool } = run.row
  const extension = parts.extra.get(tool)?.task
  if (extension) return endingOf(await runExtension(parts, extension, run, caller))
  const bound = parts.dispatcher.find(tool)
  return bound ? endingOf(await runOperation(parts, bound, run, caller)) : noSuchTool
}

async function runExtension(
  parts: RunParts,
  task: NonNullable<ExtensionTool['task']>,
  run: TaskRun,
  caller: Principal,
): Promise<ToolEnding> {
  try {
    return { result: await task.run(run.row.input, run) }
  } catch (error) {
    return toolEnding(failedCall(parts, run.row.tool, error, exchangeOf(run, caller), run.signal))
  }
}

async function runOperation(
  parts: RunParts,
  bound: Bound,
  run: TaskRun,
  caller: Principal,
): Promise<ToolEnding> {
  const { row, signal } = run
  const timeoutSeconds = (row.expires_at.getTime() - row.created_at.getTime()) / 1000
  const dispatcher = admitting(parts.dispatcher, timeoutSeconds)
  const progress = (done: number, total?: number, message?: string) =>
    run.progress(
      [total === undefined ? `${done}` : `${done} of ${total}`, message].filter(Boolean).join(': '),
    )
  const exchange = exchangeOf(run, caller)
  const context = contextOf(exchange, signal, progress)
  return toolEnding(await callTool({ ...parts, dispatcher }, bound, row.input, exchange, context))
}

/** The same dispatcher for calls that were checked and counted when their task began. */
const admitting = (dispatcher: Dispatcher, timeoutSeconds: number): Dispatcher => ({
  ...dispatcher,
  dispatch: (bound, input, context) =>
    dispatcher.dispatch(bound, input, { ...context, admitted: { timeoutSeconds } }),
})

/** A task has no request any more: no headers, and nobody who goes away. */
function exchangeOf({ row, signal }: TaskRun, principal: Principal): Exchange {
  return {
    principal,
    requestId: row.id,
    transport: 'mcp',
    signal,
    header: () => undefined,
    quota: null,
    outcome: 'ok',
  }
}

const endingOf = (ending: ToolEnding): Ending =>
  'result' in ending
    ? { status: 'completed', result: ending.result as CallToolResult & Record<string, unknown> }
    : {
        status: 'failed',
        error: {
          code: ending.refusal.code,
          message: ending.refusal.message,
          ...(ending.refusal.data && { data: ending.refusal.data }),
        },
      }

const noSuchTool: Ending = {
  status: 'failed',
  error: { code: rpcCodes.invalidParams, message: 'The tool is not there any more' },
}
