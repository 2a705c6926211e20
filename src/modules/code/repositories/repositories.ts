import type { Host } from '../../../core/module'
import type { Part } from '../part'
import type { CodeSettings } from '../settings'
import { repositoryOperations } from './operations'
import { removeRepositories } from './removal'

/** What is indexed: lists of it, and its end. */
export const repositoriesPart = (host: Host<CodeSettings>): Part => ({
  operations: repositoryOperations(host),
  jobs: [removeRepositories(host)],
})
