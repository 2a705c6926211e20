import { type Static, Type } from '@sinclair/typebox'
import type { Host } from '../../../core/module'
import { defineOperation } from '../../../core/operation'
import { perInput } from '../../../core/per-input'
import { jsonText } from '../json/text'
import { refuseSecrets, textsOf } from '../scanner/scanner'
import type { JournalSettings } from '../settings'
import { preferenceCategory, preferenceKey, preferenceView, subjectOf, viewPreference } from './preference'
import { savePreference } from './queries'

const input = Type.Object(
  {
    key: preferenceKey,
    value: Type.Unknown({ description: 'Any JSON, at most 64 KB' }),
    category: Type.Optional(preferenceCategory),
  },
  { additionalProperties: false },
)

const output = Type.Object(
  { success: Type.Literal(true), message: Type.String(), preference: preferenceView },
  { additionalProperties: false },
)

const storedText = perInput(({ key, value, category }: Static<typeof input>) => {
  const text = jsonText(value, '/value')
  refuseSecrets([...textsOf({ [key]: value }), category ?? ''])
  return text
})

export const setPreference = (host: Host<JournalSettings>) =>
  defineOperation({
    name: 'set_preference',
    title: 'Set a preference',
    description:
      'Remembers one setting of the user under a key, replacing the earlier value: how they like answers, their risk limits, alert switches. Not for journal entries or lists of things; use store_journal_entry or store_record.',
    input,
    output,
    scope: 'journal:write',
    hints: { idempotent: true },
    rest: { method: 'PUT', path: '/preferences/{key}', also: [{ method: 'POST', path: '/preferences' }] },
    examples: [
      { title: 'A risk limit', input: { key: 'risk.max_position', value: { percent: 5 }, category: 'risk' } },
    ],
    check: storedText,
    async run(input, call) {
      const { key, category } = input
      const change = { key, value: storedText(input), category, at: new Date(host.now()) }
      const row = await call.write(subjectOf(key), (tx) => savePreference(tx, call.principal.id, change))
      return {
        success: true as const,
        message: 'Preference stored successfully',
        preference: viewPreference(row),
      }
    },
  })
