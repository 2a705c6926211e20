import { and, asc, eq, gt, isNull, lt, ne, or } from 'drizzle-orm'
import type { Job, JobRun } from '../../../core/module'
import { findHead, routeTo } from '../git/remote'
import { requestAgain } from '../jobs/follow-up'
import type { Machine } from '../jobs/machine'
import { remoteAddress, remoteOptions } from '../jobs/take-snapshot'
import type { RepositoryRow } from '../repositories/repository'
import { repositories } from '../tables'

const shortest = 60
const atOnce = 4
const most = 200

/** Asks remotes for their commit now and then; none where CODE_POLL_SECONDS is 0. */
export function pollRemotes(machine: Machine): Job[] {
  const wanted = machine.host.settings.CODE_POLL_SECONDS
  if (wanted === 0) return []
  const everySeconds = Math.max(shortest, wanted)
  return [
    {
      kind: 'code.poll',
      everySeconds,
      async run(_, run) {
        const rows = await findDue(machine, run, everySeconds)
        for (let from = 0; from < rows.length; from += atOnce) {
          run.signal.throwIfAborted()
          await Promise.all(rows.slice(from, from + atOnce).map((row) => look(machine, run, row)))
        }
      },
    },
  ]
}

function findDue({ host }: Machine, { scope }: JobRun, everySeconds: number): Promise<RepositoryRow[]> {
  const before = new Date(host.now() - everySeconds * 900)
  return scope.read((db) => {
    const r = repositories.on(db.dialect)
    const late = or(isNull(r.checked_at), lt(r.checked_at, before))
    return db
      .select()
      .from(r)
      .where(and(eq(r.kind, 'remote'), ne(r.status, 'removing'), gt(r.generation, 0), late))
      .orderBy(asc(r.checked_at))
      .limit(most)
  })
}

/** Notes the remote's commit; one that does not answer is asked again the next time. */
async function look(machine: Machine, { scope, signal }: JobRun, row: RepositoryRow): Promise<void> {
  const { host, git } = machine
  try {
    const address = remoteAddress(row, host.settings)
    const route = await routeTo(
      git,
      address,
      remoteOptions(host.folder(), host.settings, address, row.private),
    )
    const { commit } = await findHead(git, address, row.ref, route, signal)
    await note(machine, scope, row, { remote_commit: commit })
    if (commit !== row.commit) await requestAgain(host, scope, row, 'poll')
  } catch (error) {
    host.log.warn('a remote could not be asked for its commit', { repository: row.id, error })
    await note(machine, scope, row, {})
  }
}

function note(
  { host }: Machine,
  scope: JobRun['scope'],
  row: RepositoryRow,
  values: { remote_commit?: string },
): Promise<void> {
  return scope.write(async (tx) => {
    const r = repositories.on(tx.dialect)
    const at = new Date(host.now())
    await tx
      .update(r)
      .set({ ...values, checked_at: at })
      .where(and(eq(r.id, row.id), eq(r.owner, row.owner)))
  })
}
