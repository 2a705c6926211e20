import type { Principal } from '../../../core/principal'
import type { Identity } from '../../identity/identity'
import type { Ending, TaskRun } from '../../tasks/tasks'
import { rpcCodes } from '../refusal'
import { principalOf } from './caller'

export interface WithdrawalParts {
  identity?: Pick<Identity, 'current'> | undefined
  /** Milliseconds between two looks at the caller of a task that runs. Default 15,000. */
  recheckMs?: number
}

/**
 * Runs a task as its caller is now, not as they were when it began, and ends it when the credential that began it is withdrawn: a task
 * may run on for an hour, and be taken up again after a restart. A database that does not answer ends nothing.
 */
export async function underCaller(
  { identity, recheckMs = 15_000 }: WithdrawalParts,
  run: TaskRun,
  work: (run: TaskRun, caller: Principal) => Promise<Ending>,
): Promise<Ending> {
  const stored = principalOf(run.row)
  if (!identity) return work(run, stored)
  const look = () => identity.current(stored).catch(() => stored)
  const caller = await look()
  if (!caller) return withdrawn
  const gone = new AbortController()
  const timer = setInterval(async () => {
    if (!(await look())) gone.abort()
  }, recheckMs)
  timer.unref()
  const ended = new Promise<Ending>((resolve) =>
    gone.signal.addEventListener('abort', () => resolve(withdrawn)),
  )
  try {
    return await Promise.race([
      work({ ...run, signal: AbortSignal.any([run.signal, gone.signal]) }, caller),
      ended,
    ])
  } finally {
    clearInterval(timer)
  }
}

const withdrawn: Ending = {
  status: 'failed',
  error: {
    code: rpcCodes.unauthorized,
    message: 'The credential that began this task was withdrawn',
  },
}
