import type {
  CallToolRequest,
  CallToolResult,
  InputRequiredResult,
  Server,
  ServerCapabilities,
  ServerContext,
  Tool,
} from '@modelcontextprotocol/server'
import type { TaskRun } from '../tasks/tasks'
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
  task?: ExtensionTask
  call(
    params: CallToolRequest['params'],
    context: ServerContext,
    server: Server,
  ): Promise<CallToolResult | InputRequiredResult>
}

/** A tool that runs on while its client polls, for clients that can; the others get what `call` gives. */
export interface ExtensionTask {
  /** There is no other way to call it. */
  required?: boolean
  /** Asks before the task begins, or gives what it runs with. Default: the arguments. */
  prepare?(
    params: CallToolRequest['params'],
    context: ServerContext,
  ): InputRequiredResult | Record<string, unknown>
  run(input: Record<string, unknown>, task: TaskRun): Promise<CallToolResult>
}
