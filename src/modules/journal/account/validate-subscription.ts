import { type Static, Type } from '@sinclair/typebox'
import { AppError } from '../../../core/errors'
import { defineOperation } from '../../../core/operation'
import type { Principal } from '../../../core/principal'

const input = Type.Object({}, { additionalProperties: false })

const textOrNull = (description: string) => Type.Union([Type.String(), Type.Null()], { description })

const output = Type.Object(
  {
    success: Type.Boolean({ description: 'The same as `valid`' }),
    valid: Type.Boolean(),
    tier: textOrNull('Null when not valid'),
    status: textOrNull('active, trial, past_due; null when not valid'),
    expires_at: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
    in_grace: Type.Boolean({ description: 'Expired, and works for 7 days more' }),
    user_id: textOrNull('What stands for the user in the database'),
    error: Type.Optional(Type.String({ description: 'Why it is not valid' })),
  },
  { additionalProperties: false },
)

export const validateSubscription = () =>
  defineOperation({
    name: 'validate_subscription',
    title: 'Check the subscription',
    description:
      'Tells whether the credential of this request is good, with its tier, status and end. A bad one is answered too, with `valid` false; none at all is refused.',
    input,
    output,
    scope: null,
    access: 'optional',
    hints: { readOnly: true, idempotent: true },
    rest: { method: 'POST', path: '/api/v1/me/validate' },
    cost: 0,
    run: async (_, { principal }) => judge(principal),
  })

function judge(principal: Principal): Static<typeof output> {
  if (principal.kind === 'anonymous') {
    const { code = 'AUTH_MISSING_KEY', message: error = 'A credential is needed' } = principal.refusal ?? {}
    if (code === 'AUTH_MISSING_KEY') {
      throw new AppError('unauthorized', error, { code, headers: { 'WWW-Authenticate': 'Bearer' } })
    }
    const nothing = { tier: null, status: null, expires_at: null, in_grace: false, user_id: null }
    return { success: false, valid: false, ...nothing, error }
  }
  const { status = 'active', expiresAt = null, inGrace = false } = principal.subscription ?? {}
  return {
    success: true,
    valid: true,
    tier: principal.tier,
    status,
    expires_at: expiresAt,
    in_grace: inGrace,
    user_id: principal.id,
  }
}
