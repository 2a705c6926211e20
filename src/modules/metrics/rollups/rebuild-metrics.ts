import { setTimeout as sleep } from 'node:timers/promises'
import { Type } from '@sinclair/typebox'
import { defineOperation } from '../../../core/operation'
import type { Store } from '../store/open'
import type { Rebuilt } from './rebuild'

/** Milliseconds after which a call answers, whether or not it is through. */
const oneCall = 5000
/** Milliseconds of steps in a row, and of the rest behind them: another process that waits for its turn to write looks for it every tenth of a second. */
const pace = { steps: 400, rest: 120 }

export const rebuildMetrics = (store: Store) =>
  defineOperation({
    name: 'rebuild_metrics',
    title: 'Rebuild rollups',
    description:
      'Computes hourly and daily rollups anew from the raw metrics, beside those that queries go on reading, and puts them in their place at the end. Rollups of times whose raw metrics are gone stay. A call works for some seconds: call again until finished is true. Needed only after a repair of the file.',
    input: Type.Object(
      { restart: Type.Boolean({ default: false, description: 'Begin anew although one was begun' }) },
      { additionalProperties: false },
    ),
    output: Type.Object(
      {
        finished: Type.Boolean(),
        done: Type.Integer({ description: 'Metrics rolled up so far' }),
        total: Type.Integer(),
      },
      { additionalProperties: false },
    ),
    scope: 'metrics:admin',
    hints: { idempotent: true },
    listed: 'module',
    rest: { method: 'POST', path: '/rebuild' },
    async run({ restart }, call) {
      const until = performance.now() + oneCall
      await store.settled()
      const begun = await store.db.write<boolean>('beginRebuild', { restart })
      if (begun) await call.write('rollups', async () => {})
      for (let rested = performance.now(); ; ) {
        const state = await store.db.write<Rebuilt>('stepRebuild')
        call.progress(state.done, state.total)
        if (state.finished || call.signal.aborted || performance.now() > until) return state
        if (performance.now() - rested < pace.steps) continue
        await sleep(pace.rest)
        rested = performance.now()
      }
    },
  })
