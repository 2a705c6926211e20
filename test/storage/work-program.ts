import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../../src/core/errors'
import type { ThreadProgram } from '../../src/core/thread-program'
import { serveWork } from '../../src/platform/storage/work/serve'
import { notes } from './notes'

declare const self: Worker

/** Tasks for tests of work threads. */
const program: ThreadProgram<{ greeting: string }> = {
  start(host) {
    return {
      tasks: {
        greet: async (name: string) => `${host.settings.greeting}, ${name}`,
        now: async () => host.now(),
        /** Adds notes, a transaction each. */
        async add({ prefix, count }: { prefix: string; count: number }, { scope }) {
          for (let n = 0; n < count; n++)
            await scope.write((tx) =>
              tx.insert(notes.on(tx.dialect)).values({ id: `${prefix}-${n}`, owner: 'thread' }),
            )
          return count
        },
        /** Holds its turn until that one is over; returns how many notes it has added. */
        hold: (_, { scope }) =>
          scope.write(async (tx) => {
            await tx.insert(notes.on(tx.dialect)).values({ id: 'held', owner: 'thread' })
            while (host.dialect === 'sqlite' && !host.isTurnOver()) await sleep(1)
            return 1
          }),
        refuse: async () => {
          throw new AppError('too_large', 'on purpose', { code: 'far_too_large' })
        },
        async wait(_, { signal }) {
          await sleep(60_000, undefined, { signal })
        },
        /** Ends the thread in the middle of a transaction. */
        die: (_, { scope }) =>
          scope.write(async (tx) => {
            await tx.insert(notes.on(tx.dialect)).values({ id: 'dying', owner: 'thread' })
            process.exit(3)
          }),
      },
      close: async () => {},
    }
  },
}

serveWork(self, program)
