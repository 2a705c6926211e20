import { ProtocolError, ResourceNotFoundError, type ServerContext } from '@modelcontextprotocol/server'
import { AppError } from '../../core/errors'
import { checkAccess } from '../../core/invoke'
import type { Logger } from '../../core/module'
import type { ReadCall } from '../../core/resource'
import type { Dispatcher } from '../dispatch/dispatch'
import { contextOf, type Exchange } from './exchange'
import { failureOf } from './failure'
import { protocolError } from './protocol-error'
import { refusalOf, rpcCodes } from './refusal'

export interface ConsultParts {
  dispatcher: Dispatcher
  log: Logger
}

/** What is consulted, for the log and for who may. */
export interface Consulted {
  name: string
  scope: string | null
  cost: number
  /** Of a resource: what the error for a missing one names. */
  uri?: string
}

/** Reads as the caller for something beside the tools. Throws what the SDK sends as the JSON-RPC error. */
export async function consult<T>(
  { dispatcher, log }: ConsultParts,
  { name, scope, cost, uri }: Consulted,
  exchange: Exchange,
  { mcpReq }: ServerContext,
  work: (call: ReadCall) => Promise<T>,
): Promise<T> {
  const { requestId } = exchange
  try {
    return await dispatcher.read({ scope, cost }, contextOf(exchange, mcpReq.signal), work)
  } catch (error) {
    if (error instanceof ProtocolError) throw error
    if (error instanceof AppError) throw refusedBy(error, exchange, uri)
    exchange.outcome = 'internal'
    log.error('a read failed', { operation: name, cause: error })
    throw new ProtocolError(rpcCodes.internalError, 'Internal error', { request_id: requestId })
  }
}

/** Refuses what the caller's scopes do not cover, as consulting it would. */
export function requireScope(scope: string | null, exchange: Exchange): void {
  try {
    checkAccess({ scope }, exchange)
  } catch (error) {
    throw error instanceof AppError ? refusedBy(error, exchange, undefined) : error
  }
}

function refusedBy(error: AppError, exchange: Exchange, uri: string | undefined): ProtocolError {
  exchange.outcome = error.kind
  const refusal = refusalOf(error, exchange.requestId)
  if (refusal) {
    exchange.refusal = refusal
    return protocolError(refusal)
  }
  if (error.kind === 'not_found' && uri !== undefined)
    return new ResourceNotFoundError(uri, `Resource not found: ${uri} (${error.message})`)
  return new ProtocolError(rpcCodes.invalidParams, error.message, failureOf(error, exchange.requestId))
}
