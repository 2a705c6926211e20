import type { Logger } from '../../core/module'
import type { Sender, Sent } from './otlp-sender'

export interface QueueParts {
  send: Sender
  log: Logger
  collector: string
  /** Milliseconds before the first retry. */
  retryMs: number
}

/** Pushes that wait for their turn, oldest first. */
export interface Queue {
  add(body: Uint8Array<ArrayBuffer>): void
  /** Tries what waits once more within so many milliseconds, then gives up. */
  close(patienceMs: number): Promise<void>
}

/** Sixteen minutes at the default interval. Beyond it the oldest goes: counts are cumulative, the newest tells most. */
const mostWaiting = 32
const timeoutMs = 5000
const longestWaitMs = 60_000

/** Sends bodies in order. A collector that is away costs one warning, and one line when it is back. */
export function createQueue({ send, log, collector, retryMs }: QueueParts): Queue {
  const waiting: Uint8Array<ArrayBuffer>[] = []
  let [failures, dropped, closed] = [0, 0, false]
  let wake: () => void = () => {}
  let under: Promise<void> | undefined

  const note = (sent: Sent) => {
    if (sent.state === 'taken') {
      if (failures > 0) log.info('metrics are pushed again', { collector, dropped })
      ;[failures, dropped] = [0, 0]
    } else if (failures++ === 0) log.warn('metrics cannot be pushed', { collector, reason: sent.reason })
  }
  const drain = async () => {
    while (waiting.length > 0 && !closed) {
      const body = waiting[0]!
      const sent = await send(body, timeoutMs)
      note(sent)
      if (sent.state !== 'later') remove(waiting, body)
      else if (!closed) await pause(waitFor(sent, failures, retryMs), (done) => (wake = done))
    }
    under = undefined
  }
  return {
    add(body) {
      if (waiting.push(body) > mostWaiting && waiting.shift()) dropped++
      under ??= drain()
    },
    async close(patienceMs) {
      const until = performance.now() + patienceMs
      closed = true
      wake()
      await Promise.race([under, Bun.sleep(patienceMs)])
      // Newest first: each body has everything that the older ones had.
      for (const body of waiting.reverse()) {
        const left = until - performance.now()
        if (left <= 0) return
        const sent = await send(body, left)
        note(sent)
        if (sent.state === 'later') return
      }
    },
  }
}

/** The queue may have dropped it in the meantime. */
function remove<T>(list: T[], item: T): void {
  const at = list.indexOf(item)
  if (at >= 0) list.splice(at, 1)
}

/** Doubles with each failure, and never comes before the collector wants it. */
function waitFor(sent: Sent, failures: number, retryMs: number): number {
  const wished = sent.state === 'taken' ? 0 : (sent.retryAfterMs ?? 0)
  return Math.min(longestWaitMs, Math.max(wished, retryMs * 2 ** Math.min(failures - 1, 10)))
}

function pause(ms: number, wakeable: (done: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    timer.unref()
    wakeable(() => {
      clearTimeout(timer)
      resolve()
    })
  })
}
