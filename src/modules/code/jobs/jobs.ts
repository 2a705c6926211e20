import type { Part } from '../part'
import type { Machine } from './machine'
import { olderRoutes } from './older-routes'
import { jobOperations } from './operations'
import { indexJob } from './run-job'
import { sweepJobs } from './sweep'

/** Index jobs: asking for them, following them, and doing them. */
export function jobsPart(machine: Machine): Part {
  const { host } = machine
  return {
    operations: jobOperations(host),
    routes: olderRoutes,
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
