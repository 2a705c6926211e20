import type { RawRoute } from '../../../core/module'
import type { Store } from '../store/open'
import { answered } from './answer'
import type { RateLimit } from './rate-limit'
import { senderRefusals, unavailable } from './refusals'
import { requireSender } from './sender-key'
import { takeToken } from './take-token'

/** `POST /flush`: resolves when everything that was acknowledged stands in the tables. */
export const flush = (store: Store, rateLimit: RateLimit): RawRoute => ({
  method: 'POST',
  path: '/flush',
  title: 'Move acknowledged metrics into the tables',
  description:
    'What was acknowledged is on disk already; after this it is in the tables too, for whoever reads the file at once.',
  access: 'optional',
  openapi: { responses: { ...senderRefusals, 503: unavailable } },
  handle: (raw) =>
    answered(async () => {
      const headers = takeToken(rateLimit, requireSender(raw))
      await store.settled()
      return Response.json({ status: 'success', message: 'Metrics flushed to storage' }, { headers })
    }),
})
