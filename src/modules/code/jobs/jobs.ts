import type { Host } from '../../../core/module'
import type { Part } from '../part'
import type { CodeSettings } from '../settings'
import { createMachine } from './machine'
import { jobOperations } from './operations'
import { indexJob } from './run-job'
import { sweepJobs } from './sweep'

/** Index jobs: asking for them, following them, and doing them. */
export function jobsPart(host: Host<CodeSettings>): Part {
  const machine = createMachine(host)
  return {
    operations: jobOperations(host),
    jobs: [indexJob(machine), sweepJobs(host)],
    async check() {
      const version = await machine.git.version()
      if (version === undefined)
        return { status: 'degraded', detail: 'git is not installed: repositories cannot be indexed' }
      return { status: 'healthy', detail: `git ${version}` }
    },
    stop: () => machine.extractor.close(),
  }
}
