import { type Columns, columnsOf } from './columns'
import { MisformedRequest, noFaults } from './faults'
import { isLonger, limits as most, usual, wide } from './limits'
import type { Metric, Submission } from './metric'
import { createReadContext, readMetric } from './read-metric'
import { readSender } from './read-sender'
import type { SeriesCache } from './series'

/** What a submission holds. */
export interface Reading {
  /** Those that fit, in order. */
  metrics: Columns
  /** Each one's own key of idempotency; undefined where none has any. */
  keys: (string | undefined)[] | undefined
  rejected: number
  errors: string[]
}

/** Checks a submission, metric by metric. Throws MisformedRequest for what is none. */
export function readSubmission(submission: Submission, series: SeriesCache, now: number): Reading {
  const faults = noFaults()
  const { metrics: drafts } = submission
  const sender = readSender(submission, faults)
  const refused = faults.values.length > 0
  if (drafts.length === 0) faults.values.push('metrics: At least one metric is required')
  const limits = submission.limits === 'wide' ? wide : usual
  const context = createReadContext({ series: series.of(sender), limits, now, faults })
  const metrics: Metric[] = []
  const keys: (string | undefined)[] = []
  for (let index = 0; index < drafts.length; index++) {
    const draft = drafts[index]!
    context.index = index
    const metric = readMetric(draft, context)
    if (!metric || refused) continue
    const key = draft.idempotency_key
    if (key !== undefined && key !== null) checkKey(key, ['metrics', index], faults.form)
    metrics.push(metric)
    keys.push((key as string | null | undefined) ?? undefined)
  }
  if (submission.idempotencyKey !== undefined) checkKey(submission.idempotencyKey, [], faults.form)
  if (faults.form.length > 0) throw new MisformedRequest(faults.form)
  const keyed = keys.some((key) => key !== undefined)
  return {
    metrics: columnsOf(metrics),
    keys: keyed ? keys : undefined,
    rejected: drafts.length - metrics.length,
    errors: faults.values,
  }
}

/** True for what can be a key of idempotency. */
export const isKey = (key: unknown): boolean =>
  typeof key === 'string' && key !== '' && !isLonger(key, most.idempotencyKey)

function checkKey(key: unknown, at: (string | number)[], form: MisformedRequest['faults']): void {
  if (isKey(key)) return
  const msg = `Input should be a string of 1 to ${most.idempotencyKey} characters`
  form.push({ type: 'string_type', loc: ['body', ...at, 'idempotency_key'], msg })
}
