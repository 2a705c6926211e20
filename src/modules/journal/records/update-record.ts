import { type Static, Type } from '@sinclair/typebox'
import { invalid, notFound } from '../../../core/errors'
import type { Host } from '../../../core/module'
import { defineOperation } from '../../../core/operation'
import { perInput } from '../../../core/per-input'
import { jsonText } from '../json/text'
import { refuseSecrets, textsOf } from '../scanner/scanner'
import type { JournalSettings } from '../settings'
import { changeRecord, findRecord } from './queries'
import { recordData, recordId, recordMetadata, recordView, viewRecord } from './record'

const input = Type.Object(
  { record_id: recordId, data: Type.Optional(recordData), metadata: Type.Optional(recordMetadata) },
  { additionalProperties: false },
)

const output = Type.Object(
  { success: Type.Literal(true), message: Type.String(), record: recordView },
  { additionalProperties: false },
)

const textsFor = perInput(({ data, metadata }: Static<typeof input>) => {
  const texts = {
    data: data && jsonText(data, '/data'),
    metadata: metadata && jsonText(metadata, '/metadata'),
  }
  refuseSecrets([...textsOf(data), ...textsOf(metadata)])
  return texts
})

export const updateRecord = (host: Host<JournalSettings>) =>
  defineOperation({
    name: 'update_record',
    title: 'Update a record',
    description:
      'Replaces the data or the metadata of a record, or both, as a whole; what is not given stays as it is. To change one field, get the record first and send all of its data back.',
    input,
    output,
    scope: 'journal:write',
    hints: { destructive: true, idempotent: true },
    rest: {
      method: 'PATCH',
      path: '/records/{record_id}',
      also: [{ method: 'PUT', path: '/records/{record_id}' }],
    },
    check: textsFor,
    async run(input, call) {
      const { record_id, data, metadata } = input
      const change = { ...textsFor(input), at: new Date(host.now()) }
      const owner = call.principal.id
      const row = await call.write(record_id, async (tx) => {
        const empty = !data && !metadata
        const changed = await (empty
          ? findRecord(tx, owner, record_id)
          : changeRecord(tx, owner, record_id, change))
        if (!changed) throw notFound('Record')
        if (empty) throw invalid('', 'must give data, metadata or both')
        return changed
      })
      return { success: true as const, message: 'Record updated', record: viewRecord(row) }
    },
  })
