import type { Host, SeriesReading } from '../../../core/module'
import { type Ingest, newRequestId } from '../ingest/accept'
import type { Draft } from '../ingest/metric'
import { addDimension } from '../translate/dimensions'
import { draftOf } from '../translate/distribution'

/** The server's own series that the shipped dashboard looks at, beside what was reported. */
const recorded = [
  'http_requests_total',
  'http_request_duration_seconds',
  'rate_limit_available_tokens',
  'metrics_processed_total',
  'metrics_validation_errors_total',
  'metrics_ingest_duration_seconds',
  'process_resident_memory_bytes',
  'process_cpu_seconds_total',
  'nodejs_eventloop_lag_p99_seconds',
]

export interface SelfParts extends Pick<Host<unknown>, 'meter' | 'now' | 'log'> {
  ingest: Pick<Ingest, 'accept'>
  /** Between two looks; 0 is never. */
  seconds: number
}

/**
 * Stores how this server itself is doing, as metrics of the service `holdfast`: a dashboard that reads from Holdfast then shows what
 * Prometheus would have scraped. Returns what stops it.
 */
export function recordSelf({ meter, now, log, ingest, seconds }: SelfParts): () => void {
  if (seconds === 0) return () => {}
  const changes = createChanges()
  const look = async () => {
    const metrics = changes(await meter.readings(recorded), now())
    if (metrics.length > 0)
      await ingest.accept({ requestId: newRequestId(), service: 'holdfast', metrics, limits: 'wide' })
  }
  const timer = setInterval(() => {
    look().catch((error) => log.warn('own series are not recorded', { error }))
  }, seconds * 1000)
  timer.unref()
  return () => clearInterval(timer)
}

interface Known {
  value: number
  /** Look at which it was stored last. */
  round: number
}

/** What a server at rest has to tell is nothing: only what changed is stored, with where it stood right before. */
function createChanges(): (readings: readonly SeriesReading[], at: number) => Draft[] {
  const known = new Map<string, Known>()
  let [round, before] = [0, 0]
  return (readings, at) => {
    round++
    const drafts = readings.flatMap(({ name, labels, value }) => {
      const key = JSON.stringify([name, labels])
      const last = known.get(key)
      if (last?.value === value || !Number.isFinite(value)) return []
      known.set(key, { value, round })
      const dimensions: Record<string, string> = {}
      for (const [label, text] of Object.entries(labels)) addDimension(dimensions, label, text)
      const rested = last !== undefined && last.round < round - 1
      return [
        ...(rested ? [draftOf(name, dimensions, { at: before, value: last.value })] : []),
        draftOf(name, dimensions, { at, value }),
      ]
    })
    before = at
    return drafts
  }
}
