import { AppError } from '../../core/errors'
import type { Logger } from '../../core/module'
import type { Bound, Dispatcher, RequestContext } from '../dispatch/dispatch'
import { answersObject } from './catalog'
import type { Exchange } from './exchange'
import { type Failure, failureOf, internalFailure } from './failure'
import { type Refusal, refusalOf } from './refusal'

/** An answer longer than this many characters of JSON is refused: it would drown the agent's context. */
export const answerLimit = 1024 * 1024

/** How a call ended. `json` is the answer as it goes into structuredContent. */
export type Called =
  | { kind: 'answer'; output: Record<string, unknown>; json: string }
  | { kind: 'failure'; failure: Failure }
  | { kind: 'refusal'; refusal: Refusal }

export interface CallParts {
  dispatcher: Dispatcher
  log: Logger
}

/** True when the person's word is needed and is not among the arguments. */
export function lacksConfirmation({ operation: { confirm } }: Bound, input: unknown): boolean {
  return confirm !== undefined && (input as Record<string, unknown>)[confirm.argument] === undefined
}

/** Runs one tool for one caller and tells how it ended. Notes quota, refusal and outcome on the exchange. */
export async function callTool(
  parts: CallParts,
  bound: Bound,
  input: unknown,
  exchange: Exchange,
  context: RequestContext,
): Promise<Called> {
  try {
    context.signal.throwIfAborted()
    const output = wrapped(bound, await parts.dispatcher.dispatch(bound, input, context))
    return { kind: 'answer', output, json: jsonOf(bound, output) }
  } catch (error) {
    return failedCall(parts, bound.operation.name, error, exchange, context.signal)
  }
}

/** What an operation answered, as an object. */
export const wrapped = ({ operation }: Bound, output: unknown): Record<string, unknown> =>
  answersObject(operation.output) ? (output as Record<string, unknown>) : { result: output }

/** The same as it goes onto the wire. Throws `too_large`. */
export function jsonOf({ operation }: Bound, wrapped: Record<string, unknown>): string {
  const json = JSON.stringify(wrapped)
  if (json.length > answerLimit) {
    const done = operation.hints?.readOnly ? '' : 'The call was carried out, but '
    throw new AppError(
      'too_large',
      `${done}its answer of ${Math.ceil(json.length / 1024)} KB is above the limit of ${answerLimit / 1024} KB`,
    )
  }
  return json
}

/** What a thrown error means to the caller; what was not meant for them is logged with its cause. */
export function failedCall(
  { log }: Pick<CallParts, 'log'>,
  tool: string,
  error: unknown,
  exchange: Exchange,
  signal: AbortSignal,
): Exclude<Called, { kind: 'answer' }> {
  const { requestId } = exchange
  if (signal.aborted) {
    exchange.outcome = 'cancelled'
    return { kind: 'failure', failure: internalFailure(requestId) }
  }
  if (!(error instanceof AppError)) {
    exchange.outcome = 'internal'
    log.error('a tool failed', { operation: tool, cause: error })
    return { kind: 'failure', failure: internalFailure(requestId) }
  }
  exchange.outcome = error.kind
  const refusal = refusalOf(error, requestId)
  if (!refusal) return { kind: 'failure', failure: failureOf(error, requestId) }
  exchange.refusal = refusal
  return { kind: 'refusal', refusal }
}
