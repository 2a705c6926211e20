import type { Call } from '../../../core/operation'
import type { Phase } from '../tables'
import type { JobView } from './job'
import { findJobView } from './job-rows'

const every = 250
/** What is kept of the call's time for its answer. */
const reserve = 2000

/** In the order in which they come. */
const phases: Phase[] = ['fetching', 'reading', 'parsing', 'resolving', 'switching', 'cleaning']

/**
 * Waits for a job's end, at most so long and no longer than the call may take, and tells the caller how far it is: a hundred steps for each phase.
 */
export async function waitForJob(call: Call, id: string, seconds: number): Promise<JobView> {
  const deadline = performance.now() + Math.min(seconds * 1000, call.timeLeft() - reserve)
  for (let told = ''; ; await Bun.sleep(every)) {
    const view = await call.read((db) => findJobView(db, call.principal.id, id))
    const text = progressText(view)
    if (text !== told) call.progress(stepOf(view), phases.length * 100, text)
    told = text
    const ended = view.status !== 'pending' && view.status !== 'processing'
    if (ended || call.signal.aborted || performance.now() + every > deadline) return view
  }
}

/** Never less than before: each phase counts its own files. */
function stepOf({ status, phase, percent }: JobView): number {
  if (status === 'completed') return phases.length * 100
  return Math.max(0, phases.indexOf(phase as Phase)) * 100 + (phase === null ? 0 : (percent ?? 0))
}

function progressText({ status, phase, files_done, files_total }: JobView): string {
  if (status !== 'processing') return status
  return files_total ? `${phase}: ${files_done} of ${files_total} files` : (phase ?? status)
}
