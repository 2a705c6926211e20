import { Type } from '@sinclair/typebox'
import { notFound } from '../../../core/errors'
import { defineOperation } from '../../../core/operation'
import { removeRecord } from './queries'
import { recordId } from './record'

const input = Type.Object({ record_id: recordId }, { additionalProperties: false })

const output = Type.Object(
  { success: Type.Literal(true), record_id: Type.String(), message: Type.String() },
  { additionalProperties: false },
)

export const deleteRecord = () =>
  defineOperation({
    name: 'delete_record',
    title: 'Delete a record',
    description: 'Deletes one record for good.',
    input,
    output,
    scope: 'journal:write',
    hints: { destructive: true, idempotent: true },
    rest: { method: 'DELETE', path: '/records/{record_id}' },
    async run({ record_id }, call) {
      await call.write(record_id, async (tx) => {
        if (!(await removeRecord(tx, call.principal.id, record_id))) throw notFound('Record')
      })
      return { success: true as const, record_id, message: 'Record deleted' }
    },
  })
