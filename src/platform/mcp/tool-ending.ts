import type { CallToolResult } from '@modelcontextprotocol/server'
import type { Called } from './call-tool'
import { failureKey } from './failure'
import type { Refusal } from './refusal'

/** A finished call as the protocol tells it: a result, also of a failure, or a refusal of the request as a whole. */
export type ToolEnding = { result: CallToolResult } | { refusal: Refusal }

export function toolEnding(called: Called): ToolEnding {
  if (called.kind === 'refusal') return { refusal: called.refusal }
  if (called.kind === 'answer') {
    return { result: { content: [{ type: 'text', text: called.json }], structuredContent: called.output } }
  }
  const text = JSON.stringify(called.failure)
  const _meta = { [failureKey]: called.failure }
  return { result: { content: [{ type: 'text', text }], isError: true, _meta } }
}
