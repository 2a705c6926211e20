import type { Host } from '../../../core/module'
import type { Scope } from '../../../core/storage'
import { isUniqueViolation } from '../../../core/storage-errors'
import type { RepositoryRow } from '../repositories/repository'
import type { CodeSettings } from '../settings'
import type { JobRow } from './job'
import { addJob, findActiveJob, newJob } from './job-rows'
import { indexKind } from './request'

/** Adds a job that nobody asked for by hand: after a push, a look at the remote, a change in a folder. One that waits or runs is enough. */
export async function requestAgain(
  host: Host<CodeSettings>,
  scope: Scope,
  { id: repository_id, owner, ref }: RepositoryRow,
  reason: JobRow['reason'] = 'push',
): Promise<string | undefined> {
  const row = newJob({ id: host.newId(), owner, repository_id, reason, ref }, new Date(host.now()))
  try {
    const added = await scope.write(async (tx) => {
      if (await findActiveJob(tx, owner, repository_id)) return false
      await addJob(tx, row)
      return true
    })
    if (!added) return undefined
  } catch (error) {
    if (isUniqueViolation(error)) return undefined
    throw error
  }
  await host.enqueue(indexKind, owner, { job: row.id })
  return row.id
}
