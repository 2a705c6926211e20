import { hostHeaderValidationResponse, originValidationResponse } from '@modelcontextprotocol/server'
import { createMcp } from '../../src/platform/mcp/mcp'
import { createParts, people } from '../mcp/kit'
import { suite } from './suite'

/**
 * Runs the official conformance suite against the production dispatcher and MCP part, with the suite's own tools beside
 * the operations: `bun run conformance [revision …] [--scenario name]`. Exits 1 when a scored scenario fails.
 */
const revisions = ['2025-11-25', '2026-07-28']
const local = ['localhost', '127.0.0.1', '[::1]']

const { parts, release } = await createParts([suite])
const mcp = createMcp(parts)
const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  idleTimeout: 30,
  fetch(request) {
    const refused = hostHeaderValidationResponse(request, local) ?? originValidationResponse(request, local)
    return refused ?? mcp.handle(request, { principal: people.all!, requestId: crypto.randomUUID() })
  },
})

const command = ['bun', 'node_modules/@modelcontextprotocol/conformance/dist/index.js', 'server']
const url = `http://127.0.0.1:${server.port}/mcp`

async function run(args: string[]): Promise<number> {
  const child = Bun.spawn([...command, '--url', url, ...args], { stdio: ['ignore', 'inherit', 'inherit'] })
  return child.exited
}

const asked = process.argv.slice(2)
const chosen = asked.filter((argument) => revisions.includes(argument))
const rest = asked.filter((argument) => !revisions.includes(argument))
let failed = 0
if (rest.length > 0) failed += await run([...rest, ...(chosen[0] ? ['--spec-version', chosen[0]] : [])])
else
  for (const revision of chosen.length > 0 ? chosen : revisions)
    failed += await run(['--requirements', revision])

await server.stop(true)
await mcp.close()
await release()
process.exit(failed === 0 ? 0 : 1)
