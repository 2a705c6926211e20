import type { RawRoute } from '../../../core/module'
import { answer } from './answer'

export const userStats: RawRoute = {
  method: 'GET',
  path: '/user_stats',
  title: 'Get usage figures (older path)',
  description:
    'The predecessor’s path, with its answers; new clients call GET /api/v1/me. email_hash is the same as user_id_hash: nothing else of an email is kept.',
  access: 'optional',
  handle: (raw) =>
    answer(raw, async () => {
      const stats = (await raw.call('get_user_stats', {})) as Record<string, unknown>
      const { success, user_id_hash, ...rest } = stats
      return { success, user_id_hash, email_hash: user_id_hash, ...rest }
    }),
}
