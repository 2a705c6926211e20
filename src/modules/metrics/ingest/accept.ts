import type { Store } from '../store/open'
import { batchOf } from './batch'
import type { Idempotency } from './idempotency'
import type { Metric, Outcome, Submission } from './metric'
import { readSubmission } from './read-submission'
import { createSeriesCache } from './series'

/** Hears of metrics that have just become durable, on the main thread; it is called for every request, so it must be quick. */
export type AcceptedListener = (metrics: readonly Metric[]) => void

/** The one way in, whatever the wire. */
export interface Ingest {
  /**
   * Checks, stores, and resolves when everything that it counts as accepted is on disk. Throws MisformedRequest for a submission that is none,
   * AppError `unavailable` when the disk does not take it; then nothing was stored.
   */
  accept(submission: Submission): Promise<Outcome>
  /** Duplicates are not told. */
  onAccepted(listener: AcceptedListener): void
}

export function createIngest(store: Store, idempotency: Idempotency, now: () => number): Ingest {
  const series = createSeriesCache()
  const listeners: AcceptedListener[] = []

  const keep = async (requestId: string, at: number, metrics: readonly Metric[], keys: string[]) => {
    await store.append(batchOf(requestId, at, metrics, keys))
    for (const listener of listeners) listener(metrics)
  }
  return {
    async accept(submission) {
      const at = now()
      const { metrics, keys, rejected, errors } = readSubmission(submission, series, at)
      const outcome = { accepted: metrics.length, duplicates: 0, rejected, errors }
      if (metrics.length === 0) return outcome
      const { service, requestId, idempotencyKey } = submission
      const keyed = idempotencyKey !== undefined || keys.some((key) => key !== undefined)
      if (!keyed) {
        await keep(requestId, at, metrics, [])
        return outcome
      }
      outcome.duplicates = await idempotency.once(service, idempotencyKey, keys, (fresh, used) =>
        keep(
          requestId,
          at,
          metrics.filter((_, index) => fresh[index]),
          used,
        ),
      )
      return outcome
    },
    onAccepted: (listener) => void listeners.push(listener),
  }
}

/** A new request id, in the predecessor's form. */
export const newRequestId = (): string => `req_${crypto.getRandomValues(new Uint8Array(8)).toHex()}`
