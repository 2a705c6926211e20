import { AppError } from '../../../core/errors'
import type { RawRequest, RawRoute } from '../../../core/module'
import { answer, missingHeaders, sentCredential } from './answer'

export const validate: RawRoute = {
  method: 'POST',
  path: '/validate_subscription',
  title: 'Check the subscription (older path)',
  description:
    'The predecessor’s path, with its answers; new clients call POST /api/v1/me/validate. The body is not looked at.',
  access: 'optional',
  handle: (raw) => answer(raw, () => judge(raw)),
}

interface Verdict {
  valid: boolean
  tier: string
  user_id: string
  error?: string
}

async function judge(raw: RawRequest): Promise<Record<string, unknown>> {
  if (!sentCredential(raw.request)) throw new AppError('malformed', missingHeaders)
  const { valid, tier, user_id, error } = (await raw.call('validate_subscription', {})) as Verdict
  if (!valid) return { success: false, valid, error }
  return { success: true, valid, tier, user_id: `${user_id.slice(0, 16)}...` }
}
