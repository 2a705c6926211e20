import { Type } from '@sinclair/typebox'
import { notFound } from '../../../core/errors'
import { defineOperation } from '../../../core/operation'
import { findRecord } from './queries'
import { recordId, recordView, viewRecord } from './record'

const input = Type.Object({ record_id: recordId }, { additionalProperties: false })

const output = Type.Object(
  { success: Type.Literal(true), record: recordView },
  { additionalProperties: false },
)

export const getRecord = () =>
  defineOperation({
    name: 'get_record',
    title: 'Get a record',
    description: 'Gives one record by the id that store_record or query_records answered with.',
    input,
    output,
    scope: 'journal:read',
    hints: { readOnly: true, idempotent: true },
    rest: { method: 'GET', path: '/records/{record_id}' },
    async run({ record_id }, call) {
      const row = await findRecord(call, call.principal.id, record_id)
      if (!row) throw notFound('Record')
      return { success: true as const, record: viewRecord(row) }
    },
  })
