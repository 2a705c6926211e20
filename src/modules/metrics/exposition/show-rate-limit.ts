import type { Meter } from '../../../core/module'
import { bucketOf, type RateLimit, type Sender } from '../ingest/rate-limit'
import { createLabelValues, type LabelLimits } from './label-values'

/** Keys that are shown; one that sends again after it was forgotten is shown again. */
const mostKeys = 10_000

/** The same limit, with what each service has left shown as `rate_limit_available_tokens`: of several keys the one with the least. */
export function showRateLimit(rateLimit: RateLimit, meter: Meter, limits: LabelLimits): RateLimit {
  const show = meter.gauge(
    'rate_limit_available_tokens',
    'Requests that the service may still send at once.',
    ['service'],
  )
  const value = createLabelValues(limits)
  const senders = new Map<string, { sender: Sender; service: string }>()
  meter.onExposition(() => {
    const least = new Map<string, number>()
    for (const { sender, service } of senders.values()) {
      const { available } = rateLimit.look(sender)
      least.set(service, Math.min(available, least.get(service) ?? available))
    }
    for (const [service, available] of least) show(available, { service })
  })
  return {
    ...rateLimit,
    take(sender) {
      const key = bucketOf(sender)
      const known = senders.get(key)
      if (known) known.sender = sender
      else {
        if (senders.size >= mostKeys) senders.clear()
        senders.set(key, { sender, service: value('service', sender.service ?? 'any') })
      }
      return rateLimit.take(sender)
    },
  }
}
