import { AppError } from '../../core/errors'
import { invoke } from '../../core/invoke'
import type { Job, RawRoute } from '../../core/module'
import type { Call, Operation } from '../../core/operation'
import type { Principal } from '../../core/principal'
import type { AppendAudit } from '../audit/audit'
import type { Limits, Quota } from '../limits/limits'
import type { Storage } from '../storage/storage'

/** What one running module contributes. */
export interface Mounted {
  module: string
  title: string
  description: string
  operations: Operation[]
  routes: RawRoute[]
  jobs: Job[]
}

/** An operation with the module it came from. */
export interface Bound {
  module: string
  operation: Operation
  /** Absolute REST path with names in braces. */
  path: string
}

/** One request to one operation, as a transport describes it. */
export interface RequestContext {
  principal: Principal
  requestId: string
  transport: Call['transport']
  signal: AbortSignal
  header(name: string): string | undefined
  progress?: (done: number, total?: number, message?: string) => void
  /** Told the quota as soon as the call was counted: before it runs, so that its failure carries the headers too. */
  counted?: (quota: Quota | null) => void
}

export interface Answer {
  output: unknown
  /** Null when the caller is unlimited or the call is not counted. */
  quota: Quota | null
}

/** The way from every transport to an operation. */
export interface Dispatcher {
  readonly mounted: readonly Mounted[]
  /** In stable order: modules as listed, operations as declared. */
  readonly operations: readonly Bound[]
  find(name: string): Bound | undefined
  dispatch(bound: Bound, input: unknown, context: RequestContext): Promise<Answer>
}

export interface DispatchParts {
  storage: Storage
  limits: Limits
  appendAudit: AppendAudit
  now(): number
  /** Operations are aborted after this many seconds. */
  timeoutSeconds: number
}

/** The path under which REST serves an operation of `module`. */
export function restPath(module: string, operation: Operation): string {
  return operation.rest.path.startsWith('/api/')
    ? operation.rest.path
    : `/api/v1/${module}${operation.rest.path}`
}

function bind(mounted: readonly Mounted[]): Bound[] {
  const bound = mounted.flatMap(({ module, operations }) =>
    operations.map((operation) => ({ module, operation, path: restPath(module, operation) })),
  )
  const names = new Set<string>()
  for (const { operation } of bound) {
    if (names.has(operation.name)) throw new Error(`two operations are called ${operation.name}`)
    names.add(operation.name)
  }
  return bound
}

function makeCall(
  parts: DispatchParts,
  operation: Operation,
  context: RequestContext,
  deadline: Deadline,
): Call {
  const { principal, requestId } = context
  const scope = parts.storage.as(principal.id)
  const actor = principal.credential ?? principal.kind
  return {
    principal,
    requestId,
    transport: context.transport,
    get signal() {
      return deadline.signal
    },
    header: context.header,
    read: scope.read,
    write: (subject, work) =>
      scope.write(async (tx) => {
        const result = await work(tx)
        const at = new Date(parts.now())
        await parts.appendAudit(tx, {
          owner: principal.id,
          actor,
          operation: operation.name,
          subject,
          requestId,
          at,
        })
        return result
      }),
    progress: context.progress ?? (() => {}),
  }
}

interface Deadline {
  /** Aborted when the caller goes away or the time is over; made on first use, for most operations never look. */
  readonly signal: AbortSignal
  /** Fails with `timeout` when `work` outlives the limit. */
  guard<T>(work: Promise<T>): Promise<T>
}

function startDeadline(seconds: number, caller: AbortSignal): Deadline {
  const late = new AbortController()
  let signal: AbortSignal | undefined
  return {
    get signal() {
      signal ??= AbortSignal.any([caller, late.signal])
      return signal
    },
    async guard(work) {
      let timer: ReturnType<typeof setTimeout> | undefined
      const over = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          const error = new AppError('timeout', `The call took longer than ${seconds} s`)
          reject(error)
          late.abort(error)
        }, seconds * 1000)
      })
      try {
        return await Promise.race([work, over])
      } finally {
        clearTimeout(timer)
      }
    },
  }
}

/** Binds the operations of all modules to storage, quotas and audit. */
export function createDispatcher(mounted: readonly Mounted[], parts: DispatchParts): Dispatcher {
  const operations = bind(mounted)
  const byName = new Map(operations.map((bound) => [bound.operation.name, bound]))
  return {
    mounted,
    operations,
    find: (name) => byName.get(name),
    async dispatch({ operation }, input, context) {
      let quota: Quota | null = null
      const charge = async (cost: number) => {
        quota = await parts.limits.take(context.principal, cost)
        context.counted?.(quota)
      }
      const deadline = startDeadline(parts.timeoutSeconds, context.signal)
      const call = makeCall(parts, operation, context, deadline)
      const output = await deadline.guard(invoke(operation, input, call, charge))
      return { output, quota }
    },
  }
}
