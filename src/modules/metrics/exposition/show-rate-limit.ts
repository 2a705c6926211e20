import type { Meter } from '../../../core/module'
import type { RateLimit } from '../ingest/rate-limit'
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
  const services = new Map<string, string>()
  meter.onExposition(() => {
    const least = new Map<string, number>()
    for (const [key, service] of services) {
      const { available } = rateLimit.look(key)
      least.set(service, Math.min(available, least.get(service) ?? available))
    }
    for (const [service, available] of least) show(available, { service })
  })
  return {
    ...rateLimit,
    take(key, service) {
      if (!services.has(key)) {
        if (services.size >= mostKeys) services.clear()
        services.set(key, value('service', service ?? 'any'))
      }
      return rateLimit.take(key, service)
    },
  }
}
