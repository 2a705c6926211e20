import { setImmediate as turn } from 'node:timers/promises'
import { type Static, Type } from '@sinclair/typebox'
import { AppError, invalid } from '../../../core/errors'
import type { Host } from '../../../core/module'
import { type Call, defineOperation } from '../../../core/operation'
import { perInput } from '../../../core/per-input'
import { entryCaps } from '../entries/totals'
import type { JournalSettings } from '../settings'
import { type FormatName, formatNames, formats } from './format'
import { type ImportRow, type Misfit, readRow } from './import-row'
import { type Outcome, storeRows } from './store-rows'
import type { RawEntry } from './transferred'

/** Entries that one call takes. */
export const mostRows = 2_000
const mostFaults = 100

const input = Type.Object(
  {
    format: Type.Union(
      formatNames.map((name) => Type.Literal(name)),
      { default: 'json' },
    ),
    content: Type.String({
      minLength: 1,
      maxLength: 8_000_000,
      description: `The file’s text, at most ${mostRows} entries`,
    }),
    partial: Type.Boolean({
      default: false,
      description: 'Store what fits and report the rest; otherwise all or nothing',
    }),
  },
  { additionalProperties: false },
)

const rowReport = Type.Object(
  {
    row: Type.Integer({ description: 'Counted from 1' }),
    status: Type.Union(['imported', 'duplicate', 'failed'].map((status) => Type.Literal(status))),
    entry_id: Type.Union([Type.String(), Type.Null()]),
    error: Type.Union([Type.String(), Type.Null()]),
  },
  { additionalProperties: false },
)
type RowReport = Static<typeof rowReport>

export const importJournal = (host: Host<JournalSettings>) =>
  defineOperation({
    name: 'import_journal',
    title: 'Import a journal',
    description:
      'Stores the entries of a file: what export_journal wrote, a JSON array of entries, or CSV with a column "entry". Entries that are there already (same id or client_id) are left alone, so the same file can be imported again. For a single entry use store_journal_entry.',
    input,
    output: Type.Object(
      {
        success: Type.Boolean({ description: 'False when a row failed' }),
        import_id: Type.String(),
        imported: Type.Integer(),
        duplicates: Type.Integer(),
        failed: Type.Integer(),
        rows: Type.Array(rowReport),
      },
      { additionalProperties: false },
    ),
    scope: 'journal:write',
    hints: { idempotent: true },
    task: true,
    rest: { method: 'POST', path: '/import' },
    examples: [
      {
        title: 'Two lines of CSV',
        input: {
          format: 'csv',
          content: 'occurred_at,entry\n2026-11-20,Waited for the retest',
          partial: false,
        },
      },
    ],
    check: rawOf,
    run: (file, call) => importFile(host, call, file),
  })

const rawOf = perInput(({ format, content }: Static<typeof input>) => {
  const raw = formats[format as FormatName].read(content)
  if (raw.length <= mostRows) return raw
  throw invalid('/content', `must hold at most ${mostRows} entries; split it into several files`)
})

async function importFile(host: Host<JournalSettings>, call: Call, file: Static<typeof input>) {
  const raw = rawOf(file)
  const read = await readRows(raw, call.signal)
  const rows = read.filter((row): row is ImportRow => !('error' in row))
  const misfits = read.filter((row): row is Misfit => 'error' in row)
  if (misfits.length > 0 && !file.partial) throw refusal(misfits, raw.length)
  const importId = host.newId()
  const outcomes =
    rows.length === 0 ? [] : await call.write(importId, (tx) => storeRows(tx, host, call, rows, file.partial))
  return report(importId, outcomes, misfits, entryCaps[call.principal.tier])
}

/** Rows that are checked before others get their turn. */
const checkedAtOnce = 50

async function readRows(raw: RawEntry[], signal: AbortSignal): Promise<(ImportRow | Misfit)[]> {
  const read: (ImportRow | Misfit)[] = []
  for (const entry of raw) {
    read.push(readRow(entry, read.length + 1))
    if (read.length % checkedAtOnce > 0) continue
    signal.throwIfAborted()
    await turn()
  }
  return read
}

function refusal(misfits: Misfit[], rows: number): AppError {
  const onlySecrets = misfits.every(({ error }) => error.kind === 'secret_detected')
  const errors = misfits.slice(0, mostFaults).flatMap(faultsOf)
  const message = `Nothing was imported: ${misfits.length} of ${rows} entries do not fit. Correct them, or import the others with partial: true. ${errors[0]!.path} ${errors[0]!.message}`
  return new AppError(onlySecrets ? 'secret_detected' : 'invalid', message, {
    errors,
    data: { failed: misfits.length },
  })
}

/** The faults of a row, each with the row before its path. */
function faultsOf({ row, error }: Misfit) {
  const faults = error.errors ?? [{ path: '', message: error.message }]
  return faults.map(({ path, message }) => ({ path: `/rows/${row}${path}`, message }))
}

function report(import_id: string, outcomes: Outcome[], misfits: Misfit[], cap: number | undefined) {
  const over = `upgrade_required: the tier keeps ${cap} entries`
  const stored = outcomes.map(
    ({ row, status, entry_id }): RowReport =>
      status === 'over_limit'
        ? { row, status: 'failed', entry_id, error: over }
        : { row, status, entry_id, error: null },
  )
  const failed = misfits.map(
    ({ row, error }): RowReport => ({
      row,
      status: 'failed',
      entry_id: null,
      error: `${error.code}: ${error.message}`,
    }),
  )
  const rows = [...stored, ...failed].sort((a, b) => a.row - b.row)
  const count = (status: RowReport['status']) => rows.filter((row) => row.status === status).length
  return {
    success: count('failed') === 0,
    import_id,
    imported: count('imported'),
    duplicates: count('duplicate'),
    failed: count('failed'),
    rows,
  }
}
