import {
  type CompleteRequest,
  type GetPromptResult,
  type Prompt as Listed,
  ProtocolError,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server'
import type { Prompt } from '../../core/prompt'
import type { Complete, Variables } from '../../core/resource'
import { consult, requireScope } from './consult'
import type { Exchange, OpenExchange } from './exchange'
import { pageOf } from './paging'
import { rpcCodes } from './refusal'
import { type LibraryParts, pageSize } from './resource-handlers'

/** The list of prompts, and each with its arguments filled in. */
export function attachPrompts(server: Server, open: OpenExchange, parts: LibraryParts): void {
  server.setRequestHandler('prompts/list', ({ params }, context) => {
    const { page, ...next } = pageOf(parts.library.promptsFor(open(context)), params?.cursor, pageSize)
    return { prompts: page.map(listed), ...next }
  })
  server.setRequestHandler('prompts/get', async ({ params }, context) => {
    const exchange = open(context)
    const prompt = parts.library.findPrompt(params.name, exchange)
    if (!prompt) throw new ProtocolError(rpcCodes.invalidParams, 'Unknown prompt: prompts/list names them')
    requireScope(prompt.scope, exchange)
    const given = checked(prompt, params.arguments ?? {})
    const { name, scope, cost = 0, description } = prompt
    const messages = await consult(parts, { name, scope, cost }, exchange, context, (call) =>
      prompt.messages(given, call),
    )
    return { description, messages } as GetPromptResult
  })
}

/** Suggestions for variables of resource templates and for arguments of prompts. */
export function attachCompletion(server: Server, open: OpenExchange, parts: LibraryParts): void {
  server.setRequestHandler('completion/complete', async ({ params }, context) => {
    const exchange = open(context)
    const { scope, complete } = completed(parts, params, exchange)
    if (!complete) return { completion: { values: [], total: 0, hasMore: false } }
    const values = await suggest(parts, { scope, complete }, params, exchange, context)
    const shown = values.slice(0, 100)
    return { completion: { values: shown, total: values.length, hasMore: values.length > shown.length } }
  })
}

interface Completed {
  scope: string | null
  complete: Complete | undefined
}

function completed(
  { library }: LibraryParts,
  { ref, argument }: CompleteRequest['params'],
  exchange: Exchange,
): Completed {
  if (ref.type === 'ref/prompt') {
    const prompt = library.findPrompt(ref.name, exchange)
    const known = prompt?.arguments?.find(({ name }) => name === argument.name)
    if (prompt && known) return { scope: prompt.scope, complete: known.complete }
  } else {
    const shelved = library.resourcesFor(exchange).find(({ resource }) => resource.uri === ref.uri)
    if (shelved?.variables.includes(argument.name))
      return { scope: shelved.resource.scope, complete: shelved.resource.complete?.[argument.name] }
  }
  throw new ProtocolError(rpcCodes.invalidParams, 'There is no such argument to complete')
}

const suggest = (
  parts: LibraryParts,
  { scope, complete }: { scope: string | null; complete: Complete },
  { argument, context: other }: CompleteRequest['params'],
  exchange: Exchange,
  context: ServerContext,
) =>
  consult(parts, { name: 'completion', scope, cost: 0 }, exchange, context, (call) =>
    complete(argument.value, call, other?.arguments ?? {}),
  )

const listed = ({ name, title, description, arguments: args = [] }: Prompt): Listed => ({
  name,
  title,
  description,
  arguments: args.map(({ complete: _, ...argument }) => argument),
})

function checked({ arguments: args = [] }: Prompt, given: Variables): Variables {
  const known = args.map(({ name }) => name)
  const surplus = Object.keys(given).filter((name) => !known.includes(name))
  if (surplus.length > 0)
    throw new ProtocolError(
      rpcCodes.invalidParams,
      `The prompt has no such argument; it has ${known.join(', ') || 'none'}`,
    )
  const missing = args.filter(({ name, required }) => required && !given[name]).map(({ name }) => name)
  if (missing.length > 0)
    throw new ProtocolError(rpcCodes.invalidParams, `The prompt needs ${missing.join(', ')}`)
  return given
}
