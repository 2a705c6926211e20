import answers from './answers.json' with { type: 'json' }
import { problemResponses } from './openapi-problems'
import type { Method } from './routes'

type Detail = Record<string, unknown>

/** Shows an MCP endpoint: messages by POST, the stream of a session by GET, its end by DELETE. */
export function mcpDetail(path: string, method: Method): Detail {
  const one = path.includes(':module')
  const module = { name: 'module', in: 'path', required: true, schema: { type: 'string' } }
  const { summary, parameters, responses, ...rest } = details[method as keyof typeof details]
  const name = one ? 'mcp_module' : 'mcp'
  return {
    ...rest,
    operationId: method === 'POST' ? name : `${name}_${method.toLowerCase()}`,
    summary: `${summary}${one ? ', with one module’s tools' : ''}`,
    tags: ['mcp'],
    parameters: [...(one ? [module] : []), ...parameters],
    responses,
  }
}

const anyObject = { type: 'object', additionalProperties: true }
const message = { type: 'object', required: ['jsonrpc'], additionalProperties: true }
const session = (required: boolean) => ({
  name: 'Mcp-Session-Id',
  in: 'header',
  required,
  description: 'What `initialize` answered with; unknown in revision 2026-07-28.',
  schema: { type: 'string' },
})
const unknownSession = { description: 'The session is not known: send `initialize` again.' }

const details = {
  POST: {
    summary: 'Send MCP a message',
    description: 'JSON-RPC messages of the Model Context Protocol, revisions 2024-11-05 to 2026-07-28.',
    parameters: [session(false)],
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: message,
          example: {
            jsonrpc: '2.0',
            id: 1,
            method: 'tools/call',
            params: { name: 'get_user_stats', arguments: {} },
          },
        },
      },
    },
    responses: {
      200: {
        description: 'A JSON-RPC answer, as JSON or as an event stream.',
        content: {
          'application/json': { schema: anyObject, example: (answers as Detail)['POST /mcp'] },
          'text/event-stream': { schema: { type: 'string' } },
        },
      },
      202: { description: 'A notification was taken.' },
      ...problemResponses(400, 401, 403),
      404: unknownSession,
      ...problemResponses(408, 413, 429, 500),
    },
  },
  GET: {
    summary: 'Listen to an MCP session',
    description: 'Opens the server’s own stream of a session, for notifications; up to revision 2025-11-25.',
    parameters: [
      session(true),
      {
        name: 'Last-Event-ID',
        in: 'header',
        description: 'Goes on after this event of a stream that was lost.',
        schema: { type: 'string' },
      },
    ],
    responses: {
      200: {
        description: 'The stream, open until either side ends it.',
        content: { 'text/event-stream': { schema: { type: 'string' } } },
      },
      ...problemResponses(400, 401, 403),
      404: unknownSession,
      405: { description: 'Without a session there is nothing to listen to.' },
      406: { description: '`Accept` does not name text/event-stream.' },
      ...problemResponses(429, 500),
    },
  },
  DELETE: {
    summary: 'End an MCP session',
    description: 'Ends a session and its streams; up to revision 2025-11-25.',
    parameters: [session(true)],
    responses: {
      204: { description: 'Ended.' },
      ...problemResponses(400, 401, 403),
      404: unknownSession,
      405: { description: 'Without a session there is nothing to end.' },
      ...problemResponses(429, 500),
    },
  },
}
