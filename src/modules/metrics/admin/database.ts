import type { LocalConnection, Procedures } from '../../../core/local-database'
import { keptTables } from '../retention/kept-tables'
import { listPolicies } from '../retention/policies'
import {
  countWhole,
  endOf,
  hiddenBefore,
  iso,
  type Shown,
  shownBetween,
  shownRows,
  spendTable,
} from '../retention/shown-rows'

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
const ownTables: [name: string, column: string | null][] = [
  ['samples', null],
  ['series', 'created_at'],
  ['batches', 'received_at'],
  ['dead_letters', 'received_at'],
]

function tableStats(db: LocalConnection, rawDays: number): Record<string, TableStats> {
  const policies = new Map(listPolicies(db, rawDays).map((policy) => [policy.table_name, policy]))
  const raw = keptTables.filter(({ rows }) => !rows)
  const bounds = raw.map((table) => hiddenBefore(db, table))
  const counts = countWhole(db, raw, bounds)
  const stats = (name: string, { count, oldest, newest }: Shown): [string, TableStats] => {
    const policy = policies.get(name)
    const found = {
      record_count: count,
      oldest_record: iso(oldest),
      newest_record: iso(newest),
      has_retention_policy: policy !== undefined,
      retention_days: policy?.retention_days ?? null,
      policy_active: policy?.is_active ?? null,
    }
    return [name, found]
  }
  const shown = raw.map((table, at) => {
    // Of a block with something that the table hides each row is looked at.
    const rest = shownBetween(db, table, {
      from: bounds[at]!,
      to: Number.MAX_SAFE_INTEGER,
      within: bounds[at]!,
    })
    const count = counts[at]! + rest.count
    const end = (which: 'oldest' | 'newest') => (count === 0 ? null : endOf(db, table, which))
    return stats(table.name, { count, oldest: end('oldest'), newest: end('newest') })
  })
  const others = keptTables.flatMap(({ name, rows }) =>
    rows ? [stats(name, shownRows(db, rows, '>=', firstTime))] : [],
  )
  const own = ownTables.map(([name, column]) => stats(name, agesOf(db, name, column ?? 'null')))
  return Object.fromEntries([...shown, ...others, ...own])
}

/** The first time that a text of ours can tell, in milliseconds. */
const firstTime = -8.64e15

function agesOf(db: LocalConnection, table: string, at: string): Shown {
  spendTable(db, table)
  return db
    .statement<Shown & Record<string, unknown>>(
      `select count(*) as count, min(${at}) as oldest, max(${at}) as newest from ${table}`,
    )
    .get()!
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
