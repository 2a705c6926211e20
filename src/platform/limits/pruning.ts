import type { Logger } from '../../core/module'
import type { Store } from './store'

const hour = 3_600_000

/** Prunes now and then in the background, so that nobody has to: about once an hour in each process, at different times. */
export function createPruning(store: Store, log: Logger) {
  let stopped = false
  let timer: ReturnType<typeof setTimeout>
  const schedule = () => {
    timer = setTimeout(run, hour * (0.75 + Math.random() / 2))
    timer.unref()
  }
  const run = async () => {
    try {
      const removed = await store.prune()
      if (removed > 0) log.debug('quota rows pruned', { removed })
    } catch {
      log.warn('quota rows could not be pruned; the next try is in an hour')
    }
    if (!stopped) schedule()
  }
  schedule()
  return {
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}
