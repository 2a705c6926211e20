import type { Machine } from '../jobs/machine'
import type { Part } from '../part'
import { repositoryOperations } from './operations'
import { removeRepositories } from './removal'

/** What is indexed: lists of it, and its end. */
export const repositoriesPart = (machine: Machine): Part => ({
  operations: repositoryOperations(machine.host),
  jobs: [removeRepositories(machine)],
})
