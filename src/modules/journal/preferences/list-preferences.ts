import { Type } from '@sinclair/typebox'
import { defineOperation } from '../../../core/operation'
import { cutPage, decodeCursor, encodeCursor } from '../json/page'
import { preferenceCategory, preferenceKey, preferenceView, viewPreference } from './preference'
import { findPreferences } from './queries'

const input = Type.Object(
  {
    category: Type.Optional(preferenceCategory),
    limit: Type.Integer({ minimum: 1, maximum: 100, default: 50 }),
    cursor: Type.Optional(Type.String({ maxLength: 1000, description: '`next_cursor` of the page before' })),
  },
  { additionalProperties: false },
)

const output = Type.Object(
  {
    success: Type.Literal(true),
    preferences: Type.Array(preferenceView),
    count: Type.Integer({ description: 'Preferences in this answer' }),
    next_cursor: Type.Union([Type.String(), Type.Null()]),
  },
  { additionalProperties: false },
)

export const listPreferences = () =>
  defineOperation({
    name: 'list_preferences',
    title: 'List preferences',
    description:
      'Lists what is stored, in order of the keys, of one category when given. Call it at the start of a conversation to learn what the user likes.',
    input,
    output,
    scope: 'journal:read',
    hints: { readOnly: true, idempotent: true },
    rest: { method: 'GET', path: '/preferences' },
    examples: [{ title: 'One category', input: { category: 'ui', limit: 50 } }],
    async run({ category, limit, cursor }, call) {
      const after =
        cursor === undefined ? undefined : decodeCursor(cursor, new RegExp(preferenceKey.pattern!))[0]
      const found = await call.read((db) =>
        findPreferences(db, call.principal.id, { category, after, limit }),
      )
      const { rows, more } = cutPage(found, limit, (row) => row.value.length)
      return {
        success: true as const,
        preferences: rows.map(viewPreference),
        count: rows.length,
        next_cursor: more ? encodeCursor(rows.at(-1)!.key) : null,
      }
    },
  })
