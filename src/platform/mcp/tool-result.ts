import type { CallToolResult } from '@modelcontextprotocol/server'
import type { Called } from './call-tool'
import { protocolError } from './protocol-error'
import { toolEnding } from './tool-ending'

/** The result for the SDK to send; a refusal is thrown. */
export function toolResult(called: Called): CallToolResult {
  const ending = toolEnding(called)
  if ('refusal' in ending) throw protocolError(ending.refusal)
  return ending.result
}
