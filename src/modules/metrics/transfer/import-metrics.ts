import { type Static, Type } from '@sinclair/typebox'
import type { Host } from '../../../core/module'
import { defineOperation, type Operation } from '../../../core/operation'
import { type Idempotency, metricKey } from '../ingest/idempotency'
import { senderKeys } from '../keys/predecessor-keys'
import type { Store } from '../store/open'
import { batchesOf } from './batches'
import { generalRow, moveRow, type PredecessorRow, specialisedTables } from './predecessor'

const keysTable = 'api_keys'
const tables = ['metrics', ...specialisedTables.map(({ name }) => name), keysTable]

const input = Type.Object(
  {
    source: Type.String({
      minLength: 1,
      maxLength: 100,
      description: 'Names the file: a row of the same source, table and id is stored once.',
    }),
    table: Type.Union(
      tables.map((name) => Type.Literal(name)),
      { description: 'The table that the rows are of.' },
    ),
    rows: Type.Array(Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Null()])), {
      minItems: 1,
      maxItems: 1000,
      description: 'Rows with the columns of that table; each needs its id.',
    }),
  },
  { additionalProperties: false },
)

const output = Type.Object(
  { imported: Type.Integer(), duplicates: Type.Integer() },
  { additionalProperties: false },
)

interface ImportParts extends Pick<Host<unknown>, 'acceptSenders' | 'now'> {
  store: Store
  idempotency: Idempotency
}

/** Stores rows of the predecessor's tables: metrics with their own times, ids of requests and ages, and its keys that still work. */
export const importMetrics = ({ store, idempotency, acceptSenders, now }: ImportParts): Operation =>
  defineOperation({
    name: 'import_metrics',
    title: 'Import metrics',
    description:
      'Stores rows of a database of the MCP Metrics Collection Service. Use `holdfast metrics import FILE.db`, which reads the file and calls this. Rows and keys that are there already are left alone.',
    input,
    output,
    scope: 'admin',
    hints: { idempotent: true },
    rest: { method: 'POST', path: '/import' },
    async run({ source, table, rows }) {
      if (table === keysTable) {
        const imported = await acceptSenders(senderKeys(rows))
        return { imported, duplicates: rows.length - imported }
      }
      const general = rows.map((row) => readRow(table, row))
      const keyOf = (row: PredecessorRow) => `${source}:${table}:${row.id}`
      const duplicates = await idempotency.once('import', undefined, general.map(keyOf), async (fresh) => {
        const wanted = general.filter((_, index) => fresh[index])
        const moved = wanted.map((row) => ({ ...moveRow(row, now()), key: metricKey('import', keyOf(row)) }))
        await Promise.all(batchesOf(moved).map((batch) => store.append(batch)))
      })
      return { imported: rows.length - duplicates, duplicates }
    },
  })

type Given = Static<typeof input>['rows'][number]

/** A row as the predecessor's `metrics` would have it; columns of another kind than theirs are read as absent. */
function readRow(table: string, given: Given): PredecessorRow {
  const specialised = specialisedTables.find(({ name }) => name === table)
  const text = (name: string) => (given[name] == null ? null : String(given[name]))
  const number = (name: string) => (typeof given[name] === 'number' ? given[name] : null)
  const row = {
    id: number('id') ?? 0,
    request_id: text('request_id'),
    service: text('service'),
    service_version: text('service_version'),
    instance_id: text('instance_id'),
    metric_type: text('metric_type'),
    timestamp: text('timestamp'),
    value: number('value'),
    duration_ms: number('duration_ms'),
    dimensions: text('dimensions'),
    metadata: text('metadata'),
    created_at: text('created_at'),
  }
  return specialised ? generalRow(specialised, { ...given, ...row }) : row
}
