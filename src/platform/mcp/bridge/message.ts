import { rpcCodes } from '../refusal'

/** A JSON-RPC message as far as the bridge looks into it. */
export interface Message {
  id?: unknown
  method?: string
  params?: Record<string, unknown>
  result?: unknown
  error?: unknown
}

/** One line from the client: its text as it came, and what it says. */
export interface Incoming {
  text: string
  /** Several for a batch of revision 2025-03-26. */
  messages: Message[]
}

/** Reads a line; throws RpcError for what is no JSON-RPC. */
export function readIncoming(text: string): Incoming {
  const value = parse(text)
  const messages = Array.isArray(value) ? value : [value]
  if (messages.length === 0 || !messages.every(isMessage)) {
    const { id } = Object(value) as Message
    throw new RpcError(id, rpcCodes.invalidRequest, 'Invalid request: each line must be one JSON-RPC message')
  }
  return { text, messages }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new RpcError(null, rpcCodes.parseError, 'Parse error: the line is not valid JSON')
  }
}

const isMessage = (value: unknown): value is Message =>
  typeof value === 'object' && value !== null && (isCall(value as Message) || isAnswer(value as Message))

const isCall = ({ id, method }: Message) => typeof method === 'string' && (id === undefined || isId(id))

/** Expects an answer. */
export const isRequest = ({ id, method }: Message) => method !== undefined && isId(id)

/** Answers a request. */
export const isAnswer = ({ id, method, result, error }: Message) =>
  method === undefined && id !== undefined && (result !== undefined || error !== undefined)

const isId = (id: unknown): id is string | number => typeof id === 'string' || typeof id === 'number'

/** An error that the client is told under its request's id. */
export class RpcError extends Error {
  constructor(
    readonly id: unknown,
    readonly code: number,
    message: string,
    readonly data?: Record<string, unknown>,
  ) {
    super(message)
    this.name = 'RpcError'
  }

  /** The message as JSON, for the request `id` unless the error has its own. */
  asLine(id: unknown = null): string {
    const own = isId(this.id) ? this.id : isId(id) ? id : null
    const error = { code: this.code, message: this.message, ...(this.data && { data: this.data }) }
    return JSON.stringify({ jsonrpc: '2.0', id: own, error })
  }
}

/** JSON on one line, numbers and all else as the server wrote it; undefined for what is no JSON. */
export function oneLine(text: string): { line: string; value: unknown } | undefined {
  try {
    // Raw line breaks stand only between the tokens of JSON.
    return { value: JSON.parse(text), line: text.trim().replace(/\s*[\r\n]+\s*/g, ' ') }
  } catch {
    return undefined
  }
}
