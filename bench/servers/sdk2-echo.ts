import { createMcpHandler, fromJsonSchema, McpServer } from '@modelcontextprotocol/server'

/** The SDK's current line as its documentation has it: stateless, a server a request, one tool. */
const inputSchema = fromJsonSchema<{ text: string }>({
  type: 'object',
  properties: { text: { type: 'string' } },
  required: ['text'],
})

const handler = createMcpHandler(
  () => {
    const server = new McpServer({ name: 'echo', version: '1.0.0' })
    server.registerTool('echo', { description: 'Gives back the text.', inputSchema }, ({ text }) => ({
      content: [{ type: 'text' as const, text }],
    }))
    return server
  },
  { legacy: 'stateless' },
)

const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: (request) => handler.fetch(request) })
console.log(server.url.href)
