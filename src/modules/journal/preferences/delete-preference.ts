import { Type } from '@sinclair/typebox'
import { notFound } from '../../../core/errors'
import { defineOperation } from '../../../core/operation'
import { preferenceKey, subjectOf } from './preference'
import { removePreference } from './queries'

const input = Type.Object({ key: preferenceKey }, { additionalProperties: false })

const output = Type.Object(
  { success: Type.Literal(true), key: Type.String(), message: Type.String() },
  { additionalProperties: false },
)

export const deletePreference = () =>
  defineOperation({
    name: 'delete_preference',
    title: 'Delete a preference',
    description:
      'Forgets what is stored under one key. A key that holds nothing is answered with "not found".',
    input,
    output,
    scope: 'journal:write',
    hints: { destructive: true, idempotent: true },
    rest: { method: 'DELETE', path: '/preferences/{key}' },
    examples: [{ title: 'Forget the theme', input: { key: 'theme' } }],
    async run({ key }, call) {
      await call.write(subjectOf(key), async (tx) => {
        if (!(await removePreference(tx, call.principal.id, key))) throw notFound('Preference')
      })
      return { success: true as const, key, message: 'Preference deleted' }
    },
  })
