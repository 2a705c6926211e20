import { Database } from 'bun:sqlite'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { App } from '../../app'
import { type Command, UsageError } from '../command'
import { exit } from '../exit'
import { withApp } from '../open'
import { count, printData } from '../print'
import { localPrincipal } from '../stdio'

interface Stored {
  imported: number
  duplicates: number
}

interface Report extends Stored {
  /** Keys that were taken over. */
  keys: number
}

/** Rows of one call. */
const rowsAtOnce = 1000
/** Rows between two lines of progress. */
const rowsPerLine = 100_000

export const importMetrics: Command = {
  name: 'metrics import',
  summary: 'Store the metrics of a predecessor’s database file',
  details:
    'Reads the SQLite file of an MCP Metrics Collection Service and leaves it as it is. Rows keep their times, and keys that still work are taken over. What was imported before is left alone, so it can be repeated. A file can also be used as it is: name it with SQLITE_DB_PATH.',
  positionals: [{ name: 'FILE', required: true }],
  json: true,
  example: 'holdfast metrics import /var/lib/sqlite/metrics.db',
  async run(invocation) {
    const path = resolve(invocation.terminal.cwd, invocation.positionals[0]!)
    const file = openFile(path)
    try {
      return await withApp(invocation, async (app) => {
        const report = await importFile(app, file, (rows) => invocation.terminal.warn(`${rows} rows\n`))
        printData(
          invocation,
          report,
          ({ imported, duplicates, keys }) =>
            `${imported} imported, ${duplicates} there already${keys > 0 ? `, ${count(keys, 'key')} taken over` : ''}`,
        )
        return exit.done
      })
    } finally {
      file.close()
    }
  },
}

/** Throws one clear line for what is not such a file. */
function openFile(path: string): Database {
  if (!existsSync(path)) throw new Error(`there is no file ${path}`)
  const file = new Database(path, { readonly: true })
  try {
    const found = file.query(`select 1 from sqlite_master where type = 'table' and name = 'metrics'`).get()
    if (found) return file
  } catch {
    file.close()
    throw new Error(`${path} is not a SQLite database`)
  }
  file.close()
  throw new Error(`${path} is no database of the MCP Metrics Collection Service: it has no table metrics`)
}

/** Specialised tables hold the same events; only rows that stand there alone are taken. */
const specialised: Record<string, string> = {
  auth_metrics: 'auth_request',
  discovery_metrics: 'tool_discovery',
  tool_metrics: 'tool_execution',
}

async function importFile(app: App, file: Database, progress: (rows: number) => void): Promise<Report> {
  const source = sourceOf(file)
  const total: Report = { imported: 0, duplicates: 0, keys: 0 }
  for (const table of ['metrics', ...Object.keys(specialised)]) {
    for (const rows of pages(file, table)) {
      const done = await call(app, { source, table, rows })
      const before = total.imported + total.duplicates
      total.imported += done.imported
      total.duplicates += done.duplicates
      const after = total.imported + total.duplicates
      if (Math.floor(after / rowsPerLine) > Math.floor(before / rowsPerLine)) progress(after)
    }
  }
  for (const rows of pages(file, 'api_keys'))
    total.keys += (await call(app, { source, table: 'api_keys', rows })).imported
  return total
}

/** A name for the file that does not change while it grows: its first row. */
function sourceOf(file: Database): string {
  const first = file.query('select * from metrics order by id limit 1').get()
  return new Bun.CryptoHasher('sha256').update(JSON.stringify(first)).digest('hex').slice(0, 32)
}

function* pages(file: Database, table: string): Generator<Record<string, unknown>[]> {
  if (!file.query(`select 1 from sqlite_master where type = 'table' and name = ?`).get(table)) return
  const type = specialised[table]
  const alone = type
    ? `and not exists (select 1 from metrics m where m.metric_type = '${type}' and m.timestamp = t.timestamp and m.request_id = t.request_id)`
    : ''
  const page = file.query(`select * from ${table} t where id > ? ${alone} order by id limit ${rowsAtOnce}`)
  for (let last = -1; ; ) {
    const rows = page.all(last) as Record<string, unknown>[]
    if (rows.length === 0) return
    yield rows
    last = rows.at(-1)!.id as number
  }
}

async function call(app: App, input: unknown): Promise<Stored> {
  const bound = app.dispatcher.find('import_metrics')
  if (!bound) throw new UsageError('metrics is not among MODULES', 'config')
  const output = await app.dispatcher.dispatch(bound, input, {
    principal: { ...localPrincipal, scopes: ['*', 'admin'] },
    requestId: crypto.randomUUID(),
    transport: 'cli',
    signal: new AbortController().signal,
    header: () => undefined,
  })
  return output as Stored
}
