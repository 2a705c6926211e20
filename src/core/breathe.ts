import { setImmediate as turn } from 'node:timers/promises'

/** Milliseconds for which work may hold the thread. */
const mostHeld = 5

/**
 * For long work on a thread that serves others: to be awaited in its loops, as often as one likes. Where the work has held the thread for some
 * milliseconds, the event loop takes a turn, after which an aborted signal's reason is thrown. Undefined where nothing is to be waited for.
 */
export function createBreathe(signal?: AbortSignal): () => Promise<void> | undefined {
  let since = performance.now()
  return () => (performance.now() - since < mostHeld ? undefined : rest())

  async function rest(): Promise<void> {
    await turn()
    signal?.throwIfAborted()
    since = performance.now()
  }
}
