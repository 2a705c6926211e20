import { mock } from 'bun:test'

// The command under test tells its progress through this module: it is killed where it tells of this for the first time.
const [at, ...args] = process.argv.slice(2)
mock.module('../../src/cli/backup/progress', () => ({
  progressBar: () => ({
    progress(_done: number, _total: number, what: string) {
      if (what === at) process.kill(process.pid, 'SIGKILL')
    },
    end() {},
  }),
}))

const { run } = await import('../../src/cli/run')
const { processTerminal } = await import('../../src/cli/terminal')
process.exit(await run(args, processTerminal()))
