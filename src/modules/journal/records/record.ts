import { type Static, Type } from '@sinclair/typebox'
import { anyObject } from '../json/schema'

export const recordType = Type.String({
  pattern: '^[a-z][a-z0-9_]{0,49}$',
  description: 'Kind of the record, in lower case: letters, digits and _',
  examples: ['trade_plan', 'alert', 'performance_data'],
})

export const recordId = Type.String({
  format: 'uuid',
  description: '`id` of the record',
  examples: ['01a1b2c3-d4e5-7f60-8a9b-0c1d2e3f4a5b'],
})
export const recordData = anyObject('Any JSON object, at most 64 KB')
export const recordMetadata = anyObject('Notes about the record: any JSON object, at most 64 KB')

/** A record on the wire. */
export const recordView = Type.Object(
  {
    id: Type.String(),
    record_type: Type.String(),
    data: anyObject('What was stored'),
    metadata: anyObject('Notes about the record'),
    created_at: Type.String({ format: 'date-time' }),
    updated_at: Type.String({ format: 'date-time' }),
  },
  { additionalProperties: false },
)
export type RecordView = Static<typeof recordView>

/** A row as the queries of this folder select it: `data` and `metadata` are JSON texts. */
export interface RecordRow {
  id: string
  record_type: string
  data: string
  metadata: string
  created_at: Date
  updated_at: Date
}

/** The wire shape of a row. */
export const viewRecord = (row: RecordRow): RecordView => ({
  id: row.id,
  record_type: row.record_type,
  data: JSON.parse(row.data),
  metadata: JSON.parse(row.metadata),
  created_at: row.created_at.toISOString(),
  updated_at: row.updated_at.toISOString(),
})
