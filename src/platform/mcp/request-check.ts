import { specTypeSchemas } from '@modelcontextprotocol/server'
import { metaKeys } from './meta-keys'
import { makeRefusal, type Refusal, rpcCodes } from './refusal'

/** Schemas of the requests that have parameters, by method. */
const schemas: Record<string, Schema> = {
  initialize: specTypeSchemas.InitializeRequest,
  'tools/list': specTypeSchemas.ListToolsRequest,
  'tools/call': specTypeSchemas.CallToolRequest,
  'resources/list': specTypeSchemas.ListResourcesRequest,
  'resources/templates/list': specTypeSchemas.ListResourceTemplatesRequest,
  'resources/read': specTypeSchemas.ReadResourceRequest,
  'resources/subscribe': specTypeSchemas.SubscribeRequest,
  'resources/unsubscribe': specTypeSchemas.UnsubscribeRequest,
  'prompts/list': specTypeSchemas.ListPromptsRequest,
  'prompts/get': specTypeSchemas.GetPromptRequest,
  'completion/complete': specTypeSchemas.CompleteRequest,
  'logging/setLevel': specTypeSchemas.SetLevelRequest,
}

/** Methods that the newest revision does not have; there the SDK says so. */
const removed = new Set(['initialize', 'resources/subscribe', 'resources/unsubscribe', 'logging/setLevel'])

const isModern = (params: unknown) => {
  const { _meta } = Object(params) as { _meta?: object }
  return typeof _meta === 'object' && _meta !== null && metaKeys.protocolVersion in _meta
}

/** Faults that are named at most; one is usual. */
const mostNamed = 5

/**
 * Refuses a request whose parameters do not fit its method; the SDK would call that an internal error. Values are never
 * repeated. Undefined when all is well or when it is no such request.
 */
export function checkRequest(message: unknown): Refusal | undefined {
  const { method, id, params } = Object(message) as { method?: unknown; id?: unknown; params?: unknown }
  if (typeof method !== 'string' || id === undefined || !Object.hasOwn(schemas, method)) return undefined
  if (removed.has(method) && isModern(params)) return undefined
  const { issues } = schemas[method]!['~standard'].validate(message)
  if (!issues) return undefined
  const faults = issues.slice(0, mostNamed).map(({ path = [], message }) => {
    const pointer = path.map((part) => `/${String(typeof part === 'object' ? part.key : part)}`).join('')
    return `${pointer} ${message.charAt(0).toLowerCase()}${message.slice(1)}`
  })
  return makeRefusal(200, rpcCodes.invalidParams, `Invalid params: ${faults.join('; ')}`)
}

type PathPart = PropertyKey | { key: PropertyKey }

interface Schema {
  '~standard': {
    validate(value: unknown): {
      issues?: readonly { message: string; path?: readonly PathPart[] | undefined }[] | undefined
    }
  }
}
