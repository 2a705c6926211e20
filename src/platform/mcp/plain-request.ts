import { metaKeys } from './meta-keys'

/** The revision whose requests carry their own version and capabilities. */
export const modernRevision = '2026-07-28'

/** Revisions with an `initialize` handshake, newest first. */
export const legacyRevisions = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'] as const

/** A request that needs nothing of the SDK: no stream, no session, no round trips. */
export interface PlainRequest {
  method: 'tools/call' | 'tools/list'
  id: string | number
  modern: boolean
  /** Of `tools/call`. */
  name: string
  arguments: unknown
}

type Members = Record<string, unknown>

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Recognizes the requests that the fast path may answer. Deliberately narrow: whatever is odd in any way, also what the
 * SDK would refuse, is left to the SDK, so that there is one authority on refusals.
 */
export function recognizePlain(body: unknown, headers: Headers): PlainRequest | undefined {
  if (!isObject(body) || !isPlainEnvelope(body)) return undefined
  const { method, id } = body as { method: unknown; id: string | number }
  if (method !== 'tools/call' && method !== 'tools/list') return undefined
  const params = body.params ?? {}
  if (!isObject(params) || !isPlainParams(method, params)) return undefined
  const modern = eraOf(method, params, headers)
  if (modern === undefined || !acceptsJson(headers.get('accept'))) return undefined
  return { method, id, modern, name: params.name as string, arguments: params.arguments ?? {} }
}

function isPlainEnvelope(body: Members): boolean {
  for (const member in body) {
    if (member !== 'jsonrpc' && member !== 'id' && member !== 'method' && member !== 'params') return false
  }
  return body.jsonrpc === '2.0' && (typeof body.id === 'string' || Number.isSafeInteger(body.id))
}

/** Only members that mean the same in every revision; `task`, `inputResponses`, `requestState`, `cursor` do not. */
function isPlainParams(method: string, params: Members): boolean {
  const call = method === 'tools/call'
  for (const member in params) {
    if (member !== '_meta' && !(call && (member === 'name' || member === 'arguments'))) return false
  }
  return (
    !call ||
    (typeof params.name === 'string' && (params.arguments === undefined || isObject(params.arguments)))
  )
}

/** True for 2026-07-28, false for an older revision, undefined when headers and body do not agree plainly. */
function eraOf(method: string, params: Members, headers: Headers): boolean | undefined {
  const version = headers.get('mcp-protocol-version')
  const meta = params._meta
  if (meta !== undefined && !isObject(meta)) return undefined
  if (meta === undefined || !(metaKeys.protocolVersion in meta)) {
    const known = version === null || (legacyRevisions as readonly string[]).includes(version)
    return known && meta?.progressToken === undefined ? false : undefined
  }
  const agrees =
    version === modernRevision &&
    meta[metaKeys.protocolVersion] === modernRevision &&
    headers.get('mcp-method') === method &&
    (method !== 'tools/call' || headers.get('mcp-name') === params.name)
  return agrees && isPlainMeta(meta) ? true : undefined
}

function isPlainMeta(meta: Members): boolean {
  const info = meta[metaKeys.clientInfo]
  const capabilities = meta[metaKeys.clientCapabilities]
  return (
    isObject(capabilities) &&
    Object.values(capabilities).every(isObject) &&
    (info === undefined || isPlainInfo(info)) &&
    meta.progressToken === undefined &&
    meta[metaKeys.logLevel] === undefined
  )
}

function isPlainInfo(info: unknown): boolean {
  return (
    isObject(info) &&
    Object.values(info).every((value) => typeof value === 'string') &&
    'name' in info &&
    'version' in info
  )
}

/** Clients that say nothing, or `*` of it, get JSON. */
export const acceptsJson = (accept: string | null): boolean =>
  accept === null ||
  accept.includes('application/json') ||
  accept.includes('*/*') ||
  accept.includes('application/*')

/** Only a client that says so gets an event stream. */
export const acceptsStream = (accept: string | null): boolean =>
  accept?.includes('text/event-stream') ?? false
