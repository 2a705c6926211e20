import { type Static, Type } from '@sinclair/typebox'
import type { Host } from '../../../core/module'
import { defineOperation } from '../../../core/operation'
import { perInput } from '../../../core/per-input'
import { jsonText } from '../json/text'
import { refuseSecrets, textsOf } from '../scanner/scanner'
import type { JournalSettings } from '../settings'
import { addRecord } from './queries'
import { recordData, recordMetadata, recordType, recordView, viewRecord } from './record'

const input = Type.Object(
  { record_type: recordType, data: recordData, metadata: Type.Optional(recordMetadata) },
  { additionalProperties: false },
)

const output = Type.Object(
  {
    success: Type.Literal(true),
    record_id: Type.String(),
    message: Type.String(),
    record: recordView,
  },
  { additionalProperties: false },
)

const textsFor = perInput(({ data, metadata = {} }: Static<typeof input>) => {
  const texts = { data: jsonText(data, '/data'), metadata: jsonText(metadata, '/metadata') }
  refuseSecrets([...textsOf(data), ...textsOf(metadata)])
  return texts
})

export const storeRecord = (host: Host<JournalSettings>) =>
  defineOperation({
    name: 'store_record',
    title: 'Store a record',
    description:
      'Keeps a structured thing under a type of your choice, to be found again by its fields: trade plans, alerts, performance figures, snapshots. Not for what the user tells in words (store_journal_entry) or single settings (set_preference).',
    input,
    output,
    scope: 'journal:write',
    rest: { method: 'POST', path: '/records', status: 201 },
    examples: [
      {
        title: 'A trade plan',
        input: {
          record_type: 'trade_plan',
          data: { symbol: 'BTC', entry: 42000, stop: 39500, active: true },
        },
      },
    ],
    check: textsFor,
    async run(input, call) {
      const record = {
        id: host.newId(),
        recordType: input.record_type,
        ...textsFor(input),
        at: new Date(host.now()),
      }
      const row = await call.write(record.id, (tx) => addRecord(tx, call.principal.id, record))
      return {
        success: true as const,
        record_id: row.id,
        message: 'Record stored successfully',
        record: viewRecord(row),
      }
    },
  })
