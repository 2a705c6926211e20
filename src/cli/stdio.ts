import { createApp } from '../app'
import type { Principal } from '../core/principal'
import { serveStdio } from '../platform/mcp/stdio'
import { version } from '../version'
import type { Command } from './command'
import { exit } from './exit'
import { sayWhere } from './open'

/** Whoever may start this program may do everything with its data. */
export const localPrincipal: Principal = { id: 'local', kind: 'local', tier: 'enterprise', scopes: ['*'] }

export const stdio: Command = {
  name: 'stdio',
  summary: 'Serve MCP over stdin and stdout, without a server',
  details:
    'For MCP clients that start a program. Ends when stdin ends. Everything but the protocol goes to stderr.',
  example: 'holdfast stdio --data-dir ~/.holdfast',
  async run({ load, terminal }) {
    const loaded = load()
    sayWhere(terminal, loaded.config)
    const app = await createApp(loaded)
    try {
      const { config, dispatcher, telemetry } = app
      const parts = { config, version, dispatcher, log: telemetry.log('mcp'), meter: telemetry.meter }
      await serveStdio(parts, { principal: localPrincipal })
      return exit.done
    } finally {
      await app.close()
    }
  },
}
