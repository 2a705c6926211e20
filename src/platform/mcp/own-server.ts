import {
  type Implementation,
  type JSONRPCRequest,
  type Result,
  SERVER_INFO_META_KEY,
  Server,
  type ServerContext,
} from '@modelcontextprotocol/server'

type Handler = (request: JSONRPCRequest, context: ServerContext) => Promise<Result>

/** The SDK's server, but that results do not repeat its icons, and that a task which is announced has no content. */
export class OwnServer extends Server {
  protected override _wrapHandler(method: string, handler: Handler): Handler {
    const wrapped = super._wrapHandler(method, handler)
    if (method === 'tools/call') return async (...call) => withoutContent(await wrapped(...call))
    if (method !== 'server/discover') return wrapped
    return async (...call) => {
      const result = await wrapped(...call)
      return { ...result, _meta: { ...result._meta, [SERVER_INFO_META_KEY]: super._outboundServerInfo() } }
    }
  }

  protected override _outboundServerInfo(): Implementation | undefined {
    const { icons, ...info } = super._outboundServerInfo() ?? {}
    return info as Implementation
  }
}

/** The SDK gives every answer of `tools/call` a content. */
function withoutContent(result: Result): Result {
  const { content, ...rest } = result
  return rest.resultType === 'task' ? rest : result
}
