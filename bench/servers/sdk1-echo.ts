import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'
import { z } from 'zod'

/** The SDK's older line as its documentation has it: stateless, a server and a transport a request, one tool. */
function echo(): McpServer {
  const server = new McpServer({ name: 'echo', version: '1.0.0' })
  server.registerTool(
    'echo',
    { description: 'Gives back the text.', inputSchema: { text: z.string() } },
    async ({ text }) => ({ content: [{ type: 'text' as const, text }] }),
  )
  return server
}

const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  async fetch(request) {
    const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true })
    await echo().connect(transport)
    return transport.handleRequest(request)
  },
})
console.log(server.url.href)
