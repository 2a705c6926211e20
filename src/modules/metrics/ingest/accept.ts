import type { Store } from '../store/open'
import { type Columns, pick } from './columns'
import type { Idempotency } from './idempotency'
import type { Outcome, Submission } from './metric'
import { type Reading, readSubmission } from './read-submission'
import type { SeriesCache } from './series'

/** Hears of metrics that have just become durable, on the main thread; it is called for every request, so it must be quick. */
export type AcceptedListener = (metrics: Columns) => void

/** A submission that was read before it came here. */
export interface ReadSubmission extends Pick<Submission, 'requestId' | 'service' | 'idempotencyKey'> {
  reading: Reading
}

/** The one way in, whatever the wire. */
export interface Ingest {
  /**
   * Checks, stores, and resolves when everything that it counts as accepted is on disk. Throws MisformedRequest for a submission that is none,
   * AppError `unavailable` when the disk does not take it; then nothing was stored.
   */
  accept(submission: Submission | ReadSubmission): Promise<Outcome>
  /** Duplicates are not told. */
  onAccepted(listener: AcceptedListener): void
}

export function createIngest(
  store: Store,
  idempotency: Idempotency,
  series: SeriesCache,
  now: () => number,
): Ingest {
  const listeners: AcceptedListener[] = []

  const keep = async (requestId: string, receivedAt: number, metrics: Columns, idempotencyKeys: string[]) => {
    await store.append({ requestId, receivedAt, idempotencyKeys, ...metrics })
    for (const listener of listeners) listener(metrics)
  }
  return {
    async accept(submission) {
      const at = now()
      const reading = 'reading' in submission ? submission.reading : readSubmission(submission, series, at)
      const { metrics, keys, rejected, errors } = reading
      const outcome = { accepted: metrics.at.length, duplicates: 0, rejected, errors }
      if (outcome.accepted === 0) return outcome
      const { service, requestId, idempotencyKey } = submission
      if (idempotencyKey === undefined && !keys) {
        await keep(requestId, at, metrics, [])
        return outcome
      }
      const own = keys ?? Array<undefined>(outcome.accepted).fill(undefined)
      outcome.duplicates = await idempotency.once(service, idempotencyKey, own, (fresh, used) =>
        keep(requestId, at, pick(metrics, fresh), used),
      )
      return outcome
    },
    onAccepted: (listener) => void listeners.push(listener),
  }
}

/** A new request id, in the predecessor's form. */
export const newRequestId = (): string => `req_${crypto.getRandomValues(new Uint8Array(8)).toHex()}`
