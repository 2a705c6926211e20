import {
  acceptedContent,
  type GetPromptResult,
  type InputRequiredResult,
  ProtocolError,
  ResourceNotFoundError,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server'
import { contextForm } from './suite-inputs'
import { pixel } from './suite-tools'

const listed = (uri: string, mimeType: string) => ({
  uri,
  name: uri,
  description: `${uri} of the suite`,
  mimeType,
})

/** Answers for resources and their templates. */
export function attachResources(server: Server): void {
  server.setRequestHandler('resources/list', () => ({
    resources: [
      listed('test://static-text', 'text/plain'),
      listed('test://static-binary', 'image/png'),
      listed('test://watched-resource', 'text/plain'),
    ],
  }))
  server.setRequestHandler('resources/templates/list', () => ({
    resourceTemplates: [{ uriTemplate: 'test://template/{id}/data', name: 'template', description: 'By id' }],
  }))
  server.setRequestHandler('resources/read', ({ params }) => ({ contents: [read(params.uri)] }))
  server.setRequestHandler('resources/subscribe', () => ({}))
  server.setRequestHandler('resources/unsubscribe', () => ({}))
}

function read(uri: string) {
  if (uri === 'test://static-text') {
    return { uri, mimeType: 'text/plain', text: 'This is the content of the static text resource.' }
  }
  if (uri === 'test://static-binary') return { uri, mimeType: 'image/png', blob: pixel }
  if (uri === 'test://watched-resource') return { uri, mimeType: 'text/plain', text: 'Watched' }
  const id = /^test:\/\/template\/([^/]+)\/data$/.exec(uri)?.[1]
  if (!id) throw new ResourceNotFoundError(uri)
  const text = JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` })
  return { uri, mimeType: 'application/json', text }
}

type Content = GetPromptResult['messages'][number]['content']
type Made = GetPromptResult | InputRequiredResult
type Prompt = (args: Record<string, string>, context: ServerContext) => Made

const say = (...contents: Content[]): GetPromptResult => ({
  messages: contents.map((content) => ({ role: 'user', content })),
})

const prompts: Record<string, { args: string[]; make: Prompt }> = {
  test_simple_prompt: {
    args: [],
    make: () => say({ type: 'text', text: 'This is a simple prompt for testing.' }),
  },
  test_prompt_with_arguments: {
    args: ['arg1', 'arg2'],
    make: ({ arg1, arg2 }) =>
      say({ type: 'text', text: `Prompt with arguments: arg1='${arg1}', arg2='${arg2}'` }),
  },
  test_prompt_with_embedded_resource: {
    args: ['resourceUri'],
    make: ({ resourceUri = '' }) =>
      say(
        {
          type: 'resource',
          resource: {
            uri: resourceUri,
            mimeType: 'text/plain',
            text: 'Embedded resource content for testing.',
          },
        },
        { type: 'text', text: 'Please process the embedded resource above.' },
      ),
  },
  test_prompt_with_image: {
    args: [],
    make: () =>
      say(
        { type: 'image', data: pixel, mimeType: 'image/png' },
        { type: 'text', text: 'Please analyze the image above.' },
      ),
  },
  test_input_required_result_prompt: {
    args: [],
    make: (_, { mcpReq }): Made => {
      const answer = acceptedContent<{ context?: string }>(mcpReq.inputResponses, 'user_context')
      if (!answer?.context) return { resultType: 'input_required', inputRequests: contextForm }
      return say({ type: 'text', text: `Context: ${answer.context}` })
    },
  },
}

/** Answers for prompts and completion. */
export function attachPrompts(server: Server): void {
  server.setRequestHandler('prompts/list', () => ({
    prompts: Object.entries(prompts).map(([name, { args }]) => ({
      name,
      description: `${name} of the suite`,
      arguments: args.map((argument) => ({ name: argument, description: argument, required: true })),
    })),
  }))
  server.setRequestHandler('prompts/get', ({ params }, context) => {
    const prompt = prompts[params.name]
    if (!prompt) throw new ProtocolError(-32602, 'Unknown prompt')
    return prompt.make(params.arguments ?? {}, context)
  })
  server.setRequestHandler('completion/complete', ({ params }) => {
    const values = ['paris', 'park', 'party'].filter((value) => value.startsWith(params.argument.value))
    return { completion: { values, total: values.length, hasMore: false } }
  })
}
