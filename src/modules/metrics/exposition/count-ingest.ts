import type { Meter } from '../../../core/module'
import { perKey } from '../../../core/per-key'
import type { Ingest } from '../ingest/accept'
import { createLabelValues, type LabelLimits } from './label-values'

/** The same way in, with what became of every submission counted under the names that the predecessor's guide documents. */
export function countIngest(ingest: Ingest, meter: Meter, limits: LabelLimits): Ingest {
  const processed = meter.counter('metrics_processed_total', 'Metrics that were accepted and are on disk.', [
    'service',
  ])
  const refused = meter.counter(
    'metrics_validation_errors_total',
    'Metrics that were sent and not accepted.',
    ['service'],
  )
  const seconds = meter.histogram(
    'metrics_ingest_duration_seconds',
    'Seconds from a checked request to durable.',
  )
  const value = createLabelValues(limits)
  const processedOf = perKey((service: string) => processed.bind({ service }))
  const refusedOf = perKey((service: string) => refused.bind({ service }))
  return {
    ...ingest,
    async accept(submission) {
      const started = performance.now()
      const outcome = await ingest.accept(submission)
      seconds((performance.now() - started) / 1000)
      const service = value('service', submission.service)
      if (outcome.accepted > outcome.duplicates) processedOf(service)(outcome.accepted - outcome.duplicates)
      if (outcome.rejected > 0) refusedOf(service)(outcome.rejected)
      return outcome
    },
  }
}
