import { scrub } from '../../telemetry/scrub'
import { rpcCodes } from '../refusal'
import { type Message, oneLine, RpcError } from './message'

/** The variable that holds the key for `stdio --remote`. */
export const keyVariable = 'HOLDFAST_KEY'

/** -32000: the connection, not the protocol, is at fault. */
const connectionFault = rpcCodes.notAllowed

/** The line that tells the client about a response that is no success, with its body's text, for the request `id`. */
export function refusalLine(response: Response, text: string, id: unknown, hasKey: boolean): string {
  const read = oneLine(text.slice(0, 65_536))
  const { error, id: answered } = Object(read?.value) as Message & {
    error?: { code?: unknown; message?: unknown; data?: Record<string, unknown> }
  }
  if (response.status === 401 || typeof error?.code !== 'number') {
    return refusalOf(response, Object(read?.value), hasKey).asLine(id)
  }
  if (answered === id) return read!.line
  return new RpcError(id, error.code, String(error.message), error.data).asLine(id)
}

type Problem = { detail?: unknown; message?: unknown; error_description?: unknown; code?: unknown }

function refusalOf(response: Response, problem: Problem, hasKey: boolean): RpcError {
  const { status } = response
  const said = problem.detail ?? problem.message ?? problem.error_description
  const detail = typeof said === 'string' ? ` It says: ${scrub(said).slice(0, 500)}` : ''
  const code = typeof problem.code === 'string' ? { code: problem.code } : {}
  return new RpcError(
    null,
    status === 401 ? rpcCodes.unauthorized : connectionFault,
    `${meaning(response, hasKey)}${detail}`,
    { status, ...code },
  )
}

function meaning(response: Response, hasKey: boolean): string {
  const { status } = response
  if (status === 401) {
    return hasKey
      ? `The server refused the key (401): set ${keyVariable} to one that works, in the env of this client’s entry, and restart the client.`
      : `The server wants a key (401): set ${keyVariable} in the env of this client’s entry, and restart the client.`
  }
  if (status === 404) return 'There is nothing at this URL (404): that of MCP usually ends in /mcp.'
  if (status >= 300 && status < 400) {
    const to = scrub(response.headers.get('location') ?? 'another address')
    return `The server redirects to ${to} (${status}), which is not followed: use that URL if you trust it.`
  }
  return `The server answered ${status}.`
}

/** A success that is no answer: most often another page than MCP's. */
export function strangeAnswer(response: Response): RpcError {
  const type = response.headers.get('content-type') ?? 'nothing'
  const message = `The server answered ${response.status} with ${type}, which is no MCP: is the URL right?`
  return new RpcError(null, connectionFault, message, { status: response.status })
}

/** The answer's stream ended early. */
export const lostAnswer = () =>
  new RpcError(
    null,
    connectionFault,
    'The connection was lost before the answer came; whether the call took effect is unknown. Look first, then repeat it.',
  )

/** The bridge ends while the server still works. */
export const endedFirst = () =>
  new RpcError(null, connectionFault, 'The input ended before the server had answered.')

/** What stands for anything thrown on the way: an RpcError as it is, a failed connection in words. */
export function faultOf(error: unknown, url: string): RpcError {
  if (error instanceof RpcError) return error
  const { code, message } = error as { code?: unknown; message?: string }
  const reason = reasons[String(code)] ?? scrub(message ?? String(error))
  return new RpcError(
    null,
    connectionFault,
    `Cannot reach ${new URL(url).origin}: ${reason}. Is the server running, and is the URL right?`,
  )
}

const reasons: Record<string, string> = {
  ECONNREFUSED: 'the connection was refused',
  ENOTFOUND: 'there is no such host',
  ECONNRESET: 'the connection was closed',
}
