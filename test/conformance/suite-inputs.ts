import {
  acceptedContent,
  createRequestStateCodec,
  type InputRequest,
  type InputRequests,
  type InputRequiredResult,
  inputResponse,
  ProtocolError,
  type ServerContext,
} from '@modelcontextprotocol/server'
import type { ExtensionTool } from '../../src/platform/mcp/extension'
import { text, tool } from './suite-tools'

/** States that travel through the client carry a signature. */
const states = createRequestStateCodec<{ step: number }>({ key: crypto.getRandomValues(new Uint8Array(32)) })

const ask = (inputRequests: InputRequests, requestState?: string): InputRequiredResult => ({
  resultType: 'input_required',
  inputRequests,
  ...(requestState !== undefined && { requestState }),
})

/** An elicitation for one field. */
const form = (message: string, field: string, type: 'string' | 'boolean' = 'string'): InputRequest => ({
  method: 'elicitation/create' as const,
  params: {
    mode: 'form' as const,
    message,
    requestedSchema: {
      type: 'object' as const,
      properties: { [field]: { type } as { type: 'string' } },
      required: [field],
    },
  },
})

const sampling = (question: string, maxTokens: number) => ({
  method: 'sampling/createMessage' as const,
  params: {
    messages: [{ role: 'user' as const, content: { type: 'text' as const, text: question } }],
    maxTokens,
  },
})

const roots = { method: 'roots/list' as const, params: {} }

const field = ({ mcpReq }: ServerContext, key: string, name: string) =>
  acceptedContent<Record<string, unknown>>(mcpReq.inputResponses, key)?.[name]

/** The step that the client's state names; an altered state is an error of the protocol. */
async function stepOf(context: ServerContext): Promise<number> {
  const state = context.mcpReq.requestState<string>()
  if (state === undefined) return 0
  try {
    return (await states.verify(state, context)).step
  } catch {
    throw new ProtocolError(-32602, 'Invalid or expired requestState')
  }
}

const confirming = (name: string, done: string) =>
  tool(name, async (_, context) => {
    const step = await stepOf(context)
    if (step === 0 || field(context, 'confirm', 'ok') === undefined) {
      const state = await states.mint({ step: 1 }, context)
      return ask({ confirm: form('Please confirm', 'ok', 'boolean') }, state)
    }
    return { content: [text(done)] }
  })

/** The form that the prompt of the suite asks for. */
export const contextForm = { user_context: form('What context should the prompt use?', 'context') }

/** Tools that ask the client for something by answering `input_required`. */
export const inputTools: ExtensionTool[] = [
  tool('test_input_required_result_elicitation', async (_, context) => {
    const name = field(context, 'user_name', 'name')
    return typeof name === 'string'
      ? { content: [text(`Hello, ${name}!`)] }
      : ask({ user_name: form('What is your name?', 'name') })
  }),
  tool('test_input_required_result_sampling', async (_, { mcpReq }) => {
    const answer = inputResponse(mcpReq.inputResponses, 'capital_question')
    return answer.kind === 'sampling'
      ? { content: [text(JSON.stringify(answer.result.content))] }
      : ask({ capital_question: sampling('What is the capital of France?', 100) })
  }),
  tool('test_input_required_result_list_roots', async (_, { mcpReq }) => {
    const answer = inputResponse(mcpReq.inputResponses, 'client_roots')
    return answer.kind === 'roots'
      ? { content: [text(JSON.stringify(answer.roots))] }
      : ask({ client_roots: roots })
  }),
  confirming('test_input_required_result_request_state', 'state-ok'),
  confirming('test_input_required_result_tampered_state', 'state-ok'),
  tool('test_input_required_result_multiple_inputs', async (_, context) => {
    if ((await stepOf(context)) > 0) return { content: [text('all there')] }
    const requests = {
      user_name: form('What is your name?', 'name'),
      greeting: sampling('Generate a greeting', 50),
      client_roots: roots,
    }
    return ask(requests, await states.mint({ step: 1 }, context))
  }),
  tool('test_input_required_result_multi_round', async (_, context) => {
    const step = await stepOf(context)
    if (step === 2 && field(context, 'step2', 'color')) return { content: [text('both answered')] }
    return step === 1 && field(context, 'step1', 'name')
      ? ask(
          { step2: form('Step 2: What is your favorite color?', 'color') },
          await states.mint({ step: 2 }, context),
        )
      : ask({ step1: form('Step 1: What is your name?', 'name') }, await states.mint({ step: 1 }, context))
  }),
  tool('test_input_required_result_capabilities', async (_request, _context, server) => {
    const declared = server.getClientCapabilities() ?? {}
    if (declared.elicitation) return ask({ name: form('What is your name?', 'name') })
    return declared.sampling
      ? ask({ question: sampling('Say hello', 20) })
      : { content: [text('nothing to ask')] }
  }),
  tool('test_streaming_elicitation', async (_, context) => {
    const name = field(context, 'user_name', 'name')
    return name ? { content: [text('thanks')] } : ask({ user_name: form('What is your name?', 'name') })
  }),
]
