import { type JSONRPCRequest, type Result, Server, type ServerContext } from '@modelcontextprotocol/server'

type Handler = (request: JSONRPCRequest, context: ServerContext) => Promise<Result>

/** The SDK's server, which gives every answer of `tools/call` a content; a task that is announced has none. */
export class TaskServer extends Server {
  protected override _wrapHandler(method: string, handler: Handler): Handler {
    const wrapped = super._wrapHandler(method, handler)
    if (method !== 'tools/call') return wrapped
    return async (request, context) => {
      const { content, ...result } = await wrapped(request, context)
      return result.resultType === 'task' || content === undefined ? result : { content, ...result }
    }
  }
}
