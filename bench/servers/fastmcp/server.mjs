import { createServer } from 'node:net'
import { FastMCP } from 'fastmcp'
import { z } from 'zod'

// npm fastmcp with one tool, stateless; it takes no port 0, so a free one is looked for.
const port = await new Promise((resolve) => {
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const free = probe.address().port
    probe.close(() => resolve(free))
  })
})
const server = new FastMCP({ name: 'echo', version: '1.0.0', logger: quiet() })
server.addTool({
  name: 'echo',
  description: 'Gives back the text.',
  parameters: z.object({ text: z.string() }),
  execute: async ({ text }) => text,
})
await server.start({
  transportType: 'httpStream',
  httpStream: { host: '127.0.0.1', port, endpoint: '/mcp', stateless: true, enableJsonResponse: true },
})
console.log(`http://127.0.0.1:${port}`)

function quiet() {
  const nothing = () => {}
  return { debug: nothing, info: nothing, warn: nothing, error: nothing, log: nothing }
}
