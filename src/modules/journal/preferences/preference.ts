import { createHash } from 'node:crypto'
import { type Static, Type } from '@sinclair/typebox'

export const preferenceKey = Type.String({
  minLength: 1,
  maxLength: 255,
  pattern: '^[A-Za-z0-9_][A-Za-z0-9_.:@-]*$',
  description: 'Name of the preference: letters, digits and _ . : @ -',
  examples: ['theme', 'alerts.enabled'],
})

export const preferenceCategory = Type.String({
  minLength: 1,
  maxLength: 100,
  description: 'A group to list by',
  examples: ['ui', 'notifications'],
})

/** A preference on the wire. */
export const preferenceView = Type.Object(
  {
    key: Type.String(),
    value: Type.Unknown({ description: 'Any JSON' }),
    category: Type.Union([Type.String(), Type.Null()]),
    created_at: Type.String({ format: 'date-time' }),
    updated_at: Type.String({ format: 'date-time' }),
  },
  { additionalProperties: false },
)
export type PreferenceView = Static<typeof preferenceView>

/** A row as the queries of this folder select it: the value is JSON text. */
export interface PreferenceRow {
  key: string
  value: string
  category: string | null
  created_at: Date
  updated_at: Date
}

/** The wire shape of a row. */
export const viewPreference = (row: PreferenceRow): PreferenceView => ({
  key: row.key,
  value: JSON.parse(row.value),
  category: row.category,
  created_at: row.created_at.toISOString(),
  updated_at: row.updated_at.toISOString(),
})

/** How the audit trail names a preference: keys are what people wrote, so a part of their SHA-256 stands for them. */
export const subjectOf = (key: string) =>
  `preference:${createHash('sha256').update(key).digest('hex').slice(0, 16)}`
