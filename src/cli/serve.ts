import { createApp } from '../app'
import type { Command } from './command'
import { drain, firstSignal } from './drain'
import { exit } from './exit'
import { createFirstKey, firstKeyNotice } from './first-key'
import { listen } from './listen'
import { sayWhere } from './open'
import { logStrayErrors } from './stray-errors'

export const serve: Command = {
  name: 'serve',
  summary: 'Run the server',
  details:
    'Needs no configuration: SQLite in ./data, port 8890 on this machine, Prometheus on 9465. SIGTERM and SIGINT let requests in flight finish; a second signal ends at once.',
  flags: { migrate: { description: 'apply pending schema steps on Postgres too (SQLite always does)' } },
  example: 'holdfast serve --port 9000 --data-dir /var/lib/holdfast',
  async run({ flags, load, terminal }) {
    const stopped = firstSignal()
    const loaded = load()
    sayWhere(terminal, loaded.config)
    const app = await createApp(loaded, { migrate: flags.migrate === true, self: terminal.self })
    try {
      const listeners = listen(app)
      const log = app.telemetry.log('serve')
      logStrayErrors(log)
      const key = await createFirstKey(app)
      const stopExport = app.telemetry.startExport()
      for (const { title, url } of listeners) terminal.print(`${title} listens on ${url}\n`)
      if (key) terminal.warn(firstKeyNotice(key, listeners[0]!.url, app.config.MCP_SERVER_NAME))
      log.info('started', { listeners: listeners.map(({ url }) => url) })
      const signal = await stopped
      log.info('draining', { signal })
      await drain(app, listeners, stopExport)
      return exit.done
    } catch (error) {
      await app.close()
      throw error
    }
  },
}
