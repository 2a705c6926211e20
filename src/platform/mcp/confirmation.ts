import {
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  type InputRequiredResult,
  inputResponse,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server'
import type { Bound } from '../dispatch/dispatch'
import { lacksConfirmation } from './call-tool'
import type { Exchange } from './exchange'
import type { Failure } from './failure'
import { isPermitted } from './selection'

/** What comes of a call that needs the person's word: the input with it, a question, or their no. */
export type Word = { input: unknown } | { ask: InputRequiredResult } | { failure: Failure }

type Members = Record<string, unknown>

/**
 * Asks the person through the client, if it can. Where it cannot, the call goes on as it is and fails with what to give;
 * so does one that is not permitted anyway.
 */
export function confirmationOf(
  bound: Bound,
  input: unknown,
  exchange: Exchange,
  { mcpReq }: ServerContext,
  server: Server,
): Word {
  const { module, operation } = bound
  const declared = (mcpReq.envelope as Members | undefined)?.[CLIENT_CAPABILITIES_META_KEY]
  const capabilities = (declared as ClientCapabilities | undefined) ?? server.getClientCapabilities()
  if (!lacksConfirmation(bound, input) || !canAsk(capabilities)) return { input }
  const { scope, access } = operation
  if (!isPermitted({ module, scope, ...(access && { access }) }, exchange)) return { input }
  const answer = inputResponse(mcpReq.inputResponses, key)
  if (answer.kind !== 'elicit') return { ask: question(bound) }
  if (answer.action !== 'accept' || answer.content?.[key] !== true) return { failure: declined(exchange) }
  const { argument } = operation.confirm!
  return { input: { ...(input as Members), [argument]: operation.input.properties[argument]!.const } }
}

const key = 'confirm'

/** A client that says nothing about how it asks has forms. */
function canAsk(capabilities: ClientCapabilities | undefined): boolean {
  const elicitation = capabilities?.elicitation
  return elicitation !== undefined && (elicitation.form !== undefined || elicitation.url === undefined)
}

const question = ({ operation: { title, confirm } }: Bound): InputRequiredResult => ({
  resultType: 'input_required',
  inputRequests: {
    [key]: {
      method: 'elicitation/create',
      params: {
        mode: 'form',
        message: confirm!.question,
        requestedSchema: {
          type: 'object',
          properties: { [key]: { type: 'boolean', title, default: false } },
          required: [key],
        },
      },
    },
  },
})

function declined(exchange: Exchange): Failure {
  exchange.outcome = 'declined'
  return {
    code: 'declined',
    message: 'The person did not confirm; nothing was done',
    what_to_do: 'Tell the person that nothing was done. Do not call again unless they ask for it.',
    request_id: exchange.requestId,
  }
}
