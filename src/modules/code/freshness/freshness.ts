import type { Machine } from '../jobs/machine'
import type { Part } from '../part'
import { pollRemotes } from './poll'
import { createFolderWatch } from './watch'

/** Indexes that keep up by themselves: remotes are asked, folders watched. */
export function freshnessPart(machine: Machine): Part {
  const watch = createFolderWatch(machine.host)
  return {
    jobs: [...pollRemotes(machine), ...watch.jobs],
    stop: async () => watch.stop(),
  }
}
