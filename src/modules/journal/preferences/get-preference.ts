import { Type } from '@sinclair/typebox'
import { defineOperation } from '../../../core/operation'
import { preferenceKey } from './preference'
import { findValue } from './queries'

const input = Type.Object(
  {
    key: preferenceKey,
    default: Type.Optional(Type.Unknown({ description: 'Answered as the value when nothing is stored' })),
  },
  { additionalProperties: false },
)

const output = Type.Object(
  {
    success: Type.Literal(true),
    key: Type.String(),
    value: Type.Unknown({ description: 'What is stored, else the default, else null' }),
    found: Type.Boolean({ description: 'False when nothing is stored under the key' }),
    category: Type.Union([Type.String(), Type.Null()]),
  },
  { additionalProperties: false },
)

export const getPreference = () =>
  defineOperation({
    name: 'get_preference',
    title: 'Get a preference',
    description:
      'Tells what is stored under one key. A key that was never set is no error: the value is the default that you give, else null, and `found` is false.',
    input,
    output,
    scope: 'journal:read',
    hints: { readOnly: true, idempotent: true },
    rest: { method: 'GET', path: '/preferences/{key}' },
    examples: [{ title: 'With a default', input: { key: 'theme', default: 'dark' } }],
    async run(asked, call) {
      const { key } = asked
      const [row] = await findValue(call, call.principal.id, key)
      const value = row ? JSON.parse(row.value) : (asked.default ?? null)
      return { success: true as const, key, value, found: row !== undefined, category: row?.category ?? null }
    },
  })
