import { AppError } from '../../../core/errors'
import { explainReadOnly, isDismissed, isLost, isRepeatable } from './faults'
import type { Lease } from './lease'

/** How often a transaction that the database undid is done again. */
const repeats = 4

/** How often a lost connection is replaced before anything was done; a pool may hold several that are dead already. */
const replacements = (error: unknown) => (isDismissed(error) ? 12 : isLost(error) ? 1 : 0)

/**
 * One read. The set-up travels together with the first query; the answer counts only when the set-up worked. The commit of a
 * read cannot change the answer, so nobody waits for it. A lost connection is tried again once: nothing was changed.
 */
export async function readOnce<T>(
  take: () => Promise<Lease>,
  setup: string,
  work: (lease: Lease) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const lease = await take()
    const ready = lease.script(setup)
    ready.catch(() => {})
    try {
      const result = await work(lease)
      await ready
      void end(lease, 'commit')
      return result
    } catch (error) {
      void end(lease, 'rollback')
      // When the set-up failed, the error of the query behind it is only a consequence.
      const cause = await ready.then(
        () => error,
        (first) => first,
      )
      if (attempt > replacements(cause)) throw cause
    }
  }
}

/**
 * One write. Nothing is sent before the set-up has worked. Repeated when the database itself undid it (deadlock,
 * serialization) and when the connection was lost before `work` began.
 */
export async function writeOnce<T>(
  take: () => Promise<Lease>,
  setup: string,
  work: (lease: Lease) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const lease = await take()
    let begun = false
    try {
      await lease.script(setup)
      begun = true
      const result = await work(lease)
      await commit(lease)
      return result
    } catch (error) {
      void end(lease, 'rollback')
      const allowed = begun ? (isRepeatable(error) ? repeats : 0) : replacements(error)
      if (attempt > allowed) throw explainReadOnly(error)
      if (begun) await Bun.sleep(Math.random() * 10 * 2 ** attempt)
    }
  }
}

async function commit(lease: Lease): Promise<void> {
  lease.finish()
  const [done] = await lease.script('commit').catch((error) => {
    throw isLost(error) ? unknownOutcome(error) : error
  })
  // After a failed statement Postgres answers a commit with a rollback, without an error.
  if (done?.command !== 'COMMIT') {
    throw new Error(
      'nothing was written: a statement of this write failed, and its error was caught inside of it',
    )
  }
  lease.release()
}

const unknownOutcome = (cause: unknown) =>
  new AppError(
    'unavailable',
    'The connection to Postgres was lost during the commit: look whether it was saved before you try again',
    {
      code: 'database_unavailable',
      retryAfter: 1,
      cause,
    },
  )

/** Ends the transaction and gives the connection back; a connection that cannot even do that is lost anyway. */
async function end(lease: Lease, command: 'commit' | 'rollback'): Promise<void> {
  lease.finish()
  await lease.script(command).catch(() => {})
  lease.release()
}
