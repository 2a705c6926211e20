import { mock } from 'bun:test'
import type { Ledger } from '../../src/platform/storage/migrations-table'

// A command in a process that is killed where it tells its progress `at` something for the first time, or before the schema step `at` is committed.
const [at, ...args] = process.argv.slice(2)
const die = () => process.kill(process.pid, 'SIGKILL')

mock.module('../../src/cli/backup/progress', () => ({
  progressBar: () => ({
    progress(_done: number, _total: number, what: string) {
      if (what === at) die()
    },
    end() {},
  }),
}))

const ledgers = await import('../../src/platform/storage/migrations-table')
const { ledgerOf } = ledgers
mock.module('../../src/platform/storage/migrations-table', () => ({
  ...ledgers,
  ledgerOf(storage: Parameters<typeof ledgerOf>[0]): Ledger {
    const ledger = ledgerOf(storage)
    return {
      ...ledger,
      async add(session, step) {
        await ledger.add(session, step)
        if (step.id === at) die()
      },
    }
  },
}))

const { run } = await import('../../src/cli/run')
const { processTerminal } = await import('../../src/cli/terminal')
process.exit(await run(args, processTerminal()))
