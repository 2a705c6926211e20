import { Type } from '@sinclair/typebox'
import { entryTypePattern, entryView, limits } from './entry'

/** Fields of an entry as callers write them. The text's own limit counts after trimming, so the schema leaves room. */
export const textInput = (description: string) =>
  Type.String({ minLength: 1, maxLength: limits.entry * 4, description })

export const entryTypeInput = Type.String({
  pattern: entryTypePattern,
  description:
    'general (default), trade, analysis, reflection, plan, goal, idea, research, observation, risk, or your own',
})

export const tagsInput = Type.Array(Type.String({ maxLength: limits.tag }), {
  maxItems: limits.tags,
  description: 'Labels to find it by',
})

export const metadataInput = Type.Record(Type.String(), Type.Unknown(), {
  description: 'Any JSON object up to 16 KB',
})

export const occurredAtInput = Type.String({
  format: 'date-time',
  description: 'When it happened (ISO 8601, UTC without zone); default now',
})

export const clientIdInput = Type.String({
  minLength: 1,
  maxLength: 255,
  description: 'Your own id; the same again stores nothing and answers with the first entry',
})

export const entryIdInput = Type.String({
  minLength: 1,
  maxLength: 64,
  description: 'id of the entry',
  examples: ['01a1b2c3-d4e5-7f60-8a9b-0c1d2e3f4a5b'],
})

/** What storing an entry answers. */
export const storedOutput = Type.Object(
  {
    success: Type.Literal(true),
    entry_id: Type.String(),
    message: Type.Literal('Journal entry stored successfully'),
    entry: entryView,
  },
  { additionalProperties: false },
)
