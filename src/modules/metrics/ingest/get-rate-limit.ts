import type { RawRoute } from '../../../core/module'
import { answered } from './answer'
import type { RateLimit } from './rate-limit'
import { senderRefusals } from './refusals'
import { requireSender } from './sender-key'

/** `GET /rate-limit`: the bucket of the key that asks; takes nothing from it. */
export const getRateLimit = (rateLimit: RateLimit): RawRoute => ({
  method: 'GET',
  path: '/rate-limit',
  title: 'What is left of a key’s rate limit',
  description: 'Requests a minute of this key, how many are left, and the seconds until all are.',
  access: 'optional',
  openapi: { responses: { 401: senderRefusals[401], 403: senderRefusals[403] } },
  handle: (raw) =>
    answered(async () => {
      const principal = requireSender(raw)
      const { limit, available, resetSeconds } = rateLimit.look(principal)
      return Response.json({
        service: principal.service ?? principal.id,
        rate_limit: limit,
        available_tokens: available,
        reset_time_seconds: resetSeconds,
      })
    }),
})
