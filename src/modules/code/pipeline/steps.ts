import { setImmediate as turn } from 'node:timers/promises'
import type { Scope, Writer } from '../../../core/storage'
import type { ThreadHost } from '../../../core/thread-program'

/** A part of what is to be written, so short that others can wait for it. */
export type Step = (tx: Writer) => Promise<void>

/** Where steps are taken. */
export interface StepPlace {
  scope: Scope
  host: Pick<ThreadHost<unknown>, 'dialect' | 'isTurnOver'>
  signal: AbortSignal
}

/** Rows of a step: on Postgres each is a round trip, on SQLite somebody may wait for its end. */
export const rowsOfStep = ({ host }: StepPlace): number => (host.dialect === 'postgres' ? 1000 : 50)

/** Takes all steps in their order, as many in a transaction as others leave time for: all of them on Postgres, where nobody waits for it. */
export async function takeSteps({ scope, host, signal }: StepPlace, steps: readonly Step[]): Promise<void> {
  for (let next = 0; next < steps.length; await turn()) {
    signal.throwIfAborted()
    next = await scope.write(async (tx) => {
      // A transaction that Postgres has undone is done again, from its first step.
      let at = next
      do await steps[at++]!(tx)
      while (at < steps.length && !host.isTurnOver())
      return at
    })
  }
}
