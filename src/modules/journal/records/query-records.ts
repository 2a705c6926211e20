import { type Static, Type } from '@sinclair/typebox'
import { defineOperation } from '../../../core/operation'
import { cutPage, decodeCursor, encodeCursor } from '../json/page'
import { anyObject } from '../json/schema'
import { jsonText } from '../json/text'
import { findRecords, type RecordFilter } from './queries'
import { type RecordRow, recordType, recordView, viewRecord } from './record'

const input = Type.Object(
  {
    record_type: Type.Optional(recordType),
    where: Type.Optional(
      anyObject(
        'Top-level fields of `data` with the values that they must equal, all of them, e.g. {"symbol": "BTC", "active": true}. Over REST: JSON in the query string.',
        { maxProperties: 10 },
      ),
    ),
    limit: Type.Integer({ minimum: 1, maximum: 100, default: 20 }),
    cursor: Type.Optional(Type.String({ maxLength: 1000, description: '`next_cursor` of the page before' })),
  },
  { additionalProperties: false },
)

const output = Type.Object(
  {
    success: Type.Literal(true),
    records: Type.Array(recordView),
    count: Type.Integer({ description: 'Records in this answer' }),
    next_cursor: Type.Union([Type.String(), Type.Null()]),
  },
  { additionalProperties: false },
)

export const queryRecords = () =>
  defineOperation({
    name: 'query_records',
    title: 'Query records',
    description:
      'Lists records, newest first, of one type and with given values in top-level fields of `data`. Values are compared as JSON: 1 equals 1.0, "1" does not; null equals only a field that is there and null.',
    input,
    output,
    scope: 'journal:read',
    hints: { readOnly: true, idempotent: true },
    rest: { method: 'GET', path: '/records', also: [{ method: 'POST', path: '/records/query' }] },
    examples: [
      {
        title: 'Active plans for BTC',
        input: { record_type: 'trade_plan', where: { symbol: 'BTC', active: true }, limit: 20 },
      },
    ],
    async run(asked, call) {
      const found = await call.read((db) => findRecords(db, call.principal.id, filterOf(asked), call.signal))
      const { rows, more } = cutPage(found, asked.limit, (row) => row.data.length + row.metadata.length)
      return {
        success: true as const,
        records: rows.map(viewRecord),
        count: rows.length,
        next_cursor: more ? cursorAfter(rows.at(-1)!) : null,
      }
    },
  })

const filterOf = ({ record_type, where = {}, limit, cursor }: Static<typeof input>): RecordFilter => ({
  recordType: record_type,
  members: Object.entries(where).map(([name, value]) => [name, jsonText(value, '/where')]),
  before: cursor === undefined ? undefined : positionOf(cursor),
  limit,
})

const cursorAfter = ({ created_at, id }: RecordRow) => encodeCursor(String(created_at.getTime()), id)

function positionOf(cursor: string): { createdAt: Date; id: string } {
  const [time, id] = decodeCursor(cursor, /^\d{1,14}$/, /^[0-9a-f-]{36}$/)
  return { createdAt: new Date(Number(time)), id }
}
