import type { Static, TObject, TSchema } from '@sinclair/typebox'
import type { Principal } from './principal'
import type { Queries, Reader, Writer } from './storage'

/** What an agent is told about a tool's effects (MCP tool annotations). */
export interface Hints {
  /** Changes nothing. Default false. */
  readOnly?: boolean
  /** May delete or overwrite what cannot be brought back. Default false. */
  destructive?: boolean
  /** The same call twice has the effect of one. Default false. */
  idempotent?: boolean
  /** Reaches systems outside of this server. Default false. */
  openWorld?: boolean
}

/** Where REST serves an operation. */
export interface Rest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below `/api/v1/<module>`, e.g. `/entries/{entry_id}`; one that starts with `/api/` stands as it is. Names in braces are inputs. */
  path: string
  /** Status of success. Default 200. */
  status?: 200 | 201 | 202
  /** Other routes that mean the same, for clients that expect another method; the OpenAPI document shows the first alone. */
  also?: readonly { method: Rest['method']; path: string }[]
}

/** The server's side of one call. A query asked of the call itself is a read of its own. */
export interface Call extends Queries {
  readonly principal: Principal
  readonly requestId: string
  readonly transport: 'rest' | 'mcp' | 'stdio' | 'cli'
  /** Aborted when the caller goes away or the time limit passes. */
  readonly signal: AbortSignal
  /** A request header in any letter case; undefined where the transport has none. */
  header(name: string): string | undefined
  /** Reads as the caller. */
  read<T>(work: (db: Reader) => Promise<T>): Promise<T>
  /**
   * One transaction as the caller, ended by the audit entry for `subject` (an id of ours, never content). Must not be nested and must not
   * wait for the network.
   */
  write<T>(subject: string, work: (tx: Writer) => Promise<T>): Promise<T>
  /** Reports progress to callers that asked for it; `total` when known. */
  progress(done: number, total?: number, message?: string): void
  /** True when somebody follows the call's progress, so that waiting for the end of long work serves them. */
  readonly wantsProgress: boolean
  /** Milliseconds until the call's time limit ends it. */
  timeLeft(): number
}

export interface Example<I, O> {
  title: string
  input: I
  output?: O
}

/**
 * A yes of the person before the call runs. The argument is a literal, and giving it is the yes; where it is absent and the
 * client can put a question to the person, the question is asked instead.
 */
export interface Confirmation {
  argument: string
  /** What the person reads: what will happen, and whether it can be undone. */
  question: string
}

/** One declaration that is an MCP tool, a REST route, an OpenAPI entry, an audit verb and a metric label. */
export interface Operation<I extends TObject = TObject, O extends TSchema = TSchema> {
  /** snake_case and unique in the server: the tool's name, the OpenAPI operationId, the audit verb. */
  name: string
  /** For people. */
  title: string
  /** For agents: what it does, when to use it and when not. */
  description: string
  /** Closed objects (`additionalProperties: false`). Defaults in the schema are filled in. */
  input: I
  output: O
  /** Scope the caller needs, e.g. `journal:write`; null for any caller with a credential. */
  scope: string | null
  hints?: Hints
  confirm?: Confirmation
  /**
   * Where MCP lists the tool. `default`: everywhere. `module`: only where its module was asked for (`/mcp/<module>`,
   * `X-MCP-Toolsets`), for what few callers need; it can be called everywhere. Default `default`.
   */
  listed?: 'default' | 'module'
  /**
   * A call may take long: clients of MCP that can poll get a task when it is not over at once, and it has until the task's
   * end. It is run again from its start when its process dies, so twice must have the effect of once.
   */
  task?: boolean
  /** A write of it erases what the caller has here, so that the platform forgets the results of their tasks too. */
  erases?: boolean
  rest: Rest
  /** What a call takes from the caller's quota. Default 1; 0 is not counted. */
  cost?: number
  /** `optional`: also runs for a refused credential, as a principal of kind `anonymous`. Default `required`. */
  access?: 'required' | 'optional'
  examples?: Example<Static<I>, Static<O>>[]
  /** Throws `invalid` and the like for what no schema can tell of an input. What is refused here has not run, and costs nothing. */
  check?(input: Static<I>): unknown
  run(input: Static<I>, call: Call): Promise<Static<O>>
}

/** Declares an operation; throws at start when the declaration itself is wrong. */
export function defineOperation<I extends TObject, O extends TSchema>(operation: Operation<I, O>): Operation {
  const { name, input, rest } = operation
  if (!/^[a-z][a-z0-9_]{0,63}$/.test(name)) throw new Error(`operation ${name}: the name must be snake_case`)
  if (input.additionalProperties !== false)
    throw new Error(`operation ${name}: the input must be a closed object`)
  const { confirm } = operation
  if (confirm && input.properties[confirm.argument]?.const === undefined)
    throw new Error(`operation ${name}: ${confirm.argument} must be an input with one literal value`)
  for (const parameter of pathParameters(rest.path)) {
    if (!(parameter in input.properties)) throw new Error(`operation ${name}: {${parameter}} is not an input`)
  }
  return operation as unknown as Operation
}

/** The names in braces of a REST path, in order. */
export function pathParameters(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!)
}
