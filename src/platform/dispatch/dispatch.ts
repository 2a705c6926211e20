import { admitInput, checkAccess, type Need } from '../../core/invoke'
import type { Job, RawRoute } from '../../core/module'
import type { Operation } from '../../core/operation'
import type { Prompt } from '../../core/prompt'
import type { ReadCall, Resource } from '../../core/resource'
import type { Told } from '../../core/within'
import { type CallParts, OperationCall, ReadingCall, type RequestContext, type Written } from './call'

export type { RequestContext, Written } from './call'

/** What one running module contributes. */
export interface Mounted {
  module: string
  title: string
  description: string
  operations: Operation[]
  routes: RawRoute[]
  jobs: Job[]
  resources?: readonly Resource[]
  prompts?: readonly Prompt[]
  /** Real answers, by operation and by `METHOD path`. */
  answers?: Readonly<Record<string, unknown>>
}

/** An operation with the module it came from. */
export interface Bound {
  module: string
  operation: Operation
  /** Absolute REST path with names in braces. */
  path: string
  /** What it once answered. */
  answer?: unknown
}

/** The way from every transport to an operation. */
export interface Dispatcher {
  readonly mounted: readonly Mounted[]
  /** In stable order: modules as listed, operations as declared. */
  readonly operations: readonly Bound[]
  find(name: string): Bound | undefined
  /** What the operation answers. */
  dispatch(bound: Bound, input: unknown, context: RequestContext): Promise<unknown>
  /** The same without a promise. */
  tell(bound: Bound, input: unknown, context: RequestContext, listener: Told): void
  /** Checks access and input and counts the call, for one that runs later as `admitted`. Throws as `dispatch` would. */
  admit(bound: Bound, input: unknown, context: RequestContext): Promise<void>
  /** Reads as the caller outside of an operation: access, quota, time limit, then `work`. */
  read<T>(need: ReadNeed, context: RequestContext, work: (call: ReadCall) => Promise<T>): Promise<T>
  /** Tells of every write of this process once it is committed; gives what ends it. */
  watch(listener: (written: Written) => void): () => void
}

export interface ReadNeed extends Need {
  /** What it takes from the caller's quota. */
  cost: number
}

export interface DispatchParts extends Omit<CallParts, 'written'> {
  /** Operations are aborted after this many seconds. */
  timeoutSeconds: number
}

/** A path of `module` as REST serves it; one that starts with `/api/` stands as it is. */
export const absolutePath = (module: string, path: string): string =>
  path.startsWith('/api/') ? path : `/api/v1/${module}${path}`

function bind(mounted: readonly Mounted[]): Bound[] {
  const bound = mounted.flatMap(({ module, operations, answers }) =>
    operations.map((operation) => ({
      module,
      operation,
      path: absolutePath(module, operation.rest.path),
      answer: answers?.[operation.name],
    })),
  )
  const names = new Set<string>()
  for (const { operation } of bound) {
    if (names.has(operation.name)) throw new Error(`two operations are called ${operation.name}`)
    names.add(operation.name)
  }
  return bound
}

/** Binds the operations of all modules to storage, quotas and audit. */
export function createDispatcher(mounted: readonly Mounted[], parts: DispatchParts): Dispatcher {
  const operations = bind(mounted)
  const byName = new Map(operations.map((bound) => [bound.operation.name, bound]))
  const listeners = new Set<(written: Written) => void>()
  const written = (write: Written) => {
    for (const listener of listeners) listener(write)
  }
  const calling = { ...parts, written }
  const tell: Dispatcher['tell'] = ({ operation }, input, context, listener) => {
    const seconds = context.admitted?.timeoutSeconds ?? parts.timeoutSeconds
    new OperationCall(calling, context, seconds, operation).invoke(input, listener)
  }
  return {
    mounted,
    operations,
    find: (name) => byName.get(name),
    dispatch: (bound, input, context) =>
      new Promise((end, fail) => tell(bound, input, context, { end, fail })),
    tell,
    async admit({ operation }, input, context) {
      admitInput(operation, input, context)
      const { cost = 1 } = operation
      if (cost > 0) await parts.limits.take(context.principal, cost, context)
    },
    async read({ cost, ...need }, context, work) {
      checkAccess(need, context)
      if (cost > 0) await parts.limits.take(context.principal, cost, context)
      const call = new ReadingCall(calling, context, parts.timeoutSeconds)
      const working = work(call)
      const ending = call.ending() as typeof working
      call.follow(working)
      return ending
    },
    watch(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
