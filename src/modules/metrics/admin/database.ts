import type { LocalConnection, Procedures } from '../../../core/local-database'
import { keptTables } from '../retention/kept-tables'
import { listPolicies } from '../retention/policies'

/** Rows and ages of one table. */
interface TableStats {
  record_count: number
  oldest_record: string | null
  newest_record: string | null
  has_retention_policy: boolean
  retention_days: number | null
  policy_active: boolean | null
}

/** What the reading thread tells of the file; `sizeOf` gives the bytes of a file beside it. */
export const databaseReading = (db: LocalConnection, sizeOf: (suffix: string) => number): Procedures => ({
  tableStats: (rawDays: number) => tableStats(db, rawDays),
  fileSize: () => fileSize(db, sizeOf),
})

/** Tables without a policy, and the column that ages their rows: milliseconds, or none. */
const others: [name: string, column: string | null][] = [
  ['samples', null],
  ['series', 'created_at'],
  ['batches', 'received_at'],
  ['dead_letters', 'received_at'],
]

function tableStats(db: LocalConnection, rawDays: number): Record<string, TableStats> {
  const policies = new Map(listPolicies(db, rawDays).map((policy) => [policy.table_name, policy]))
  const iso = (of: string) => `strftime('%Y-%m-%dT%H:%M:%fZ', ${of})`
  const stats = (name: string, oldest: string, newest: string): TableStats => {
    const policy = policies.get(name)
    const found = db
      .statement<{ n: number; oldest: string | null; newest: string | null }>(
        `select count(*) as n, ${oldest} as oldest, ${newest} as newest from ${name}`,
      )
      .get()!
    return {
      record_count: found.n,
      oldest_record: found.oldest,
      newest_record: found.newest,
      has_retention_policy: policy !== undefined,
      retention_days: policy?.retention_days ?? null,
      policy_active: policy?.is_active ?? null,
    }
  }
  const milliseconds = (of: string) => iso(`${of} / 1000.0, 'unixepoch'`)
  return Object.fromEntries([
    ...keptTables.map(({ name, column }) => [
      name,
      stats(name, iso(`min(${column})`), iso(`max(${column})`)),
    ]),
    ...others.map(([name, column]) => [
      name,
      column
        ? stats(name, milliseconds(`min(${column})`), milliseconds(`max(${column})`))
        : stats(name, 'null', 'null'),
    ]),
  ])
}

const megabyte = 1024 ** 2
const rounded = (value: number, digits = 2) => Number(value.toFixed(digits))

function fileSize(db: LocalConnection, sizeOf: (suffix: string) => number) {
  const pragma = (name: string) =>
    Object.values(db.statement<Record<string, number>>(`pragma ${name}`).get()!)[0]!
  const [main, wal, shm] = [sizeOf(''), sizeOf('-wal'), sizeOf('-shm')]
  const [pages, free] = [pragma('page_count'), pragma('freelist_count')]
  const total = main + wal + shm
  return {
    main_db_bytes: main,
    main_db_mb: rounded(main / megabyte),
    wal_bytes: wal,
    wal_mb: rounded(wal / megabyte),
    shm_bytes: shm,
    shm_mb: rounded(shm / megabyte),
    total_bytes: total,
    total_mb: rounded(total / megabyte),
    total_gb: rounded(total / 1024 ** 3, 4),
    page_count: pages,
    page_size: pragma('page_size'),
    free_pages: free,
    used_pages: pages - free,
    database_efficiency: pages === 0 ? 100 : rounded((100 * (pages - free)) / pages),
  }
}
