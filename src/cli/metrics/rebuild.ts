import type { App } from '../../app'
import { type Command, UsageError } from '../command'
import { exit } from '../exit'
import { withApp } from '../open'
import { count, printData } from '../print'
import { localPrincipal } from '../stdio'
import { progressBar } from './progress'

interface Rebuilt {
  finished: boolean
  done: number
  total: number
}

export const rebuildMetrics: Command = {
  name: 'metrics rebuild',
  existing: true,
  summary: 'Compute the hourly and daily rollups anew from the raw metrics',
  details:
    'Works beside the rollups that queries go on reading, and puts the new ones in their place at the end; a server may run meanwhile. Goes on where an earlier run was interrupted, unless --restart. Rollups of times whose raw metrics are gone stay as they are.',
  flags: { restart: { description: 'begin anew although an earlier run was interrupted' } },
  json: true,
  example: 'holdfast metrics rebuild',
  run: (invocation) =>
    withApp(invocation, async (app) => {
      const bar = progressBar(invocation.terminal, 'metrics')
      let restart = invocation.flags.restart === true
      for (;;) {
        const state = await step(app, restart, (done, total) => bar.show(done, total ?? done))
        restart = false
        if (!state.finished) continue
        bar.show(state.total, state.total)
        bar.end()
        printData(invocation, state, ({ done }) => `Rebuilt from ${count(done, 'metric')}`)
        return exit.done
      }
    }),
}

async function step(
  app: App,
  restart: boolean,
  progress: (done: number, total?: number) => void,
): Promise<Rebuilt> {
  const bound = app.dispatcher.find('rebuild_metrics')
  if (!bound) throw new UsageError('metrics are not among MODULES', 'config')
  const output = await app.dispatcher.dispatch(
    bound,
    { restart },
    {
      principal: localPrincipal,
      requestId: crypto.randomUUID(),
      transport: 'cli',
      signal: new AbortController().signal,
      header: () => undefined,
      progress,
    },
  )
  return output as Rebuilt
}
