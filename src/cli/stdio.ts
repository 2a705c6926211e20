import { createApp } from '../app'
import type { Principal } from '../core/principal'
import { serveStdio } from '../platform/mcp/stdio'
import { type Command, textOf } from './command'
import { exit } from './exit'
import { sayWhere } from './open'
import { bridgeTo } from './stdio-remote'
import { logStrayErrors } from './stray-errors'

/** Whoever may start this program may do everything with its data. */
export const localPrincipal: Principal = {
  id: 'local',
  kind: 'local',
  tier: 'enterprise',
  scopes: ['*', 'metrics:read', 'metrics:admin'],
}

export const stdio: Command = {
  name: 'stdio',
  summary: 'Serve MCP over stdin and stdout: local data, or a server by --remote',
  details:
    'For MCP clients that start a program. Ends when stdin ends. Everything but the protocol goes to stderr. With --remote it only passes on: no settings are read, no data is opened; the key comes from HOLDFAST_KEY, or from the file that HOLDFAST_KEY_FILE names.',
  flags: {
    remote: {
      value: 'URL',
      description: 'bridge to the MCP server at this URL, e.g. https://mcp.example.com/mcp',
    },
  },
  example: 'holdfast stdio --data-dir ~/.holdfast',
  async run(invocation) {
    const { load, terminal } = invocation
    const remote = textOf(invocation, 'remote')
    if (remote !== undefined) return bridgeTo(remote, terminal)
    const loaded = load()
    sayWhere(terminal, loaded.config)
    const app = await createApp(loaded)
    logStrayErrors(app.telemetry.log('stdio'))
    try {
      await serveStdio(app.mcpParts, { principal: localPrincipal })
      return exit.done
    } finally {
      await app.close()
    }
  },
}
