import type { Call } from '../../../core/operation'
import type { JobView } from './job'
import { findJobView } from './job-rows'

const every = 250

/** Waits for a job's end, at most so long, and tells the caller how far it is. */
export async function waitForJob(call: Call, id: string, seconds: number): Promise<JobView> {
  const deadline = performance.now() + seconds * 1000
  for (let told = ''; ; await Bun.sleep(every)) {
    const view = await call.read((db) => findJobView(db, call.principal.id, id))
    const text = progressText(view)
    if (text !== told)
      call.progress(
        view.bytes_done || view.files_done,
        view.bytes_total ?? view.files_total ?? undefined,
        text,
      )
    told = text
    const ended = view.status !== 'pending' && view.status !== 'processing'
    if (ended || call.signal.aborted || performance.now() + every > deadline) return view
  }
}

function progressText({ status, phase, files_done, files_total }: JobView): string {
  if (status !== 'processing') return status
  return files_total ? `${phase}: ${files_done} of ${files_total} files` : (phase ?? status)
}
