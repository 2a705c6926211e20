import type { Component } from '../../../core/module'
import { canPin, pinningSince } from '../git/pinning'
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
    check: createGitCheck(machine),
    stop: () => machine.thread.close(),
  }
}

const kept = 60_000

/** Looks for git at most once a minute: probes come more often, and each look is a process. */
function createGitCheck(machine: Machine): () => Promise<Component> {
  let found: Promise<Component> | undefined
  let at = 0
  const look = async (): Promise<Component> => {
    const version = await machine.git.version()
    if (version === undefined)
      return { status: 'degraded', detail: 'git is not installed: repositories cannot be indexed' }
    if (!canPin(version) && !machine.host.settings.CODE_ALLOW_PRIVATE_HOSTS)
      return {
        status: 'degraded',
        detail: `git ${version} is too old to fetch over https safely: install ${pinningSince} or later`,
      }
    return { status: 'healthy', detail: `git ${version}` }
  }
  return () => {
    if (!found || machine.host.now() - at > kept) {
      at = machine.host.now()
      found = look()
    }
    return found
  }
}
