import type {
  CallToolRequest,
  CallToolResult,
  InputRequiredResult,
  Server,
  ServerCapabilities,
  ServerContext,
  Tool,
} from '@modelcontextprotocol/server'
import type { OpenExchange } from './exchange'

/**
 * What is served beside the operations and needs the SDK: resources, prompts, completion, logging, tools with images or
 * round trips to the client. Always takes the SDK's path.
 */
export interface Extension {
  capabilities?: ServerCapabilities
  tools?: readonly ExtensionTool[]
  /** Sets the request handlers of this extension's capabilities; `open` gives the exchange of a request by its context. */
  attach?(server: Server, open: OpenExchange): void
}

export interface ExtensionTool {
  definition: Tool
  call(
    params: CallToolRequest['params'],
    context: ServerContext,
    server: Server,
  ): Promise<CallToolResult | InputRequiredResult>
}
