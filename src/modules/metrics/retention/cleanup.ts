import type { LocalDatabase } from '../../../core/local-database'
import { boundOf, day, keptTables } from './kept-tables'
import type { Policy } from './policies'
import type { Purge } from './purge'
import type { Place, Purged } from './slices'

/** Days that a key of idempotency is remembered: retries come within minutes. */
const idempotencyDays = 7

/** What became of one table, in the predecessor's shape. */
export type TableResult =
  | { table: string; status: 'skipped'; reason: 'policy_inactive' }
  | { table: string; status: 'completed'; records_deleted: 0; reason: 'no_records_to_delete' }
  | { table: string; status: 'dry_run'; records_would_delete: number }
  | {
      table: string
      status: 'completed'
      records_deleted: number
      duration_seconds: number
      retention_days: number
    }

/** Deletes what is older than its policy says, a moment at a time: what comes in meanwhile is stored in between. */
export interface Cleanup {
  table(name: string, dryRun: boolean): Promise<TableResult>
  /** The daily round: every table, what nobody sees, and the space given back. */
  all(dryRun: boolean): Promise<CleanupSummary>
}

export interface CleanupSummary {
  operation: 'dry_run' | 'cleanup'
  total_records_processed: number
  tables_processed: number
  duration_seconds: number
  started_at: string
  completed_at: string
  table_results: Record<string, TableResult>
}

interface Parts {
  db: LocalDatabase
  now(): number
  rawDays: number
}

export function createCleanup(parts: Parts): Cleanup {
  const { db, now, rawDays } = parts
  const table = async (name: string, dryRun: boolean): Promise<TableResult> => {
    const policies = await db.read<Policy[]>('policies', rawDays)
    const policy = policies.find(({ table_name }) => table_name === name)!
    if (!policy.is_active) return { table: name, status: 'skipped', reason: 'policy_inactive' }
    const before = now() - policy.retention_days * day
    const old = await db.read<number>('countOld', { table: name, before })
    if (old === 0)
      return { table: name, status: 'completed', records_deleted: 0, reason: 'no_records_to_delete' }
    if (dryRun) return { table: name, status: 'dry_run', records_would_delete: old }
    const started = performance.now()
    // What waits is not written within a slice.
    await db.write('settle')
    await withPurge(db, (purge) => remove(db, purge, name, before))
    return {
      table: name,
      status: 'completed',
      records_deleted: old,
      duration_seconds: secondsSince(started),
      retention_days: policy.retention_days,
    }
  }
  return { table, all: (dryRun) => all(parts, table, dryRun) }
}

const secondsSince = (started: number) => Math.round(performance.now() - started) / 1000

async function remove(db: LocalDatabase, purge: PurgeAll, name: string, before: number): Promise<void> {
  const { rows } = keptTables.find((table) => table.name === name)!
  if (rows) return purge(rows.table, boundOf(rows.as, before))
  await db.write('hide', { table: name, before })
  for (const of of ['samples', 'batches', 'series'] as const) await purge(of)
}

/** Purges of one kind, to its end. */
type PurgeAll = (of: Purge, before?: number | string) => Promise<void>

/** Slice by slice: whatever waits for the writing thread has its turn in between, and while the disk takes what was written. */
async function withPurge(db: LocalDatabase, work: (purge: PurgeAll) => Promise<void>): Promise<void> {
  const checkpoints = db.openCheckpoints()
  try {
    await work(async (of, before) => {
      let from: Place | null = null
      do {
        const purged: Purged = await db.write('purge', { of, before, from })
        from = purged.next
        await checkpoints.move()
      } while (from)
    })
  } finally {
    await checkpoints.close()
  }
}

async function all(
  { db, now, rawDays }: Parts,
  table: Cleanup['table'],
  dryRun: boolean,
): Promise<CleanupSummary> {
  const [started, startedAt] = [performance.now(), new Date(now())]
  const results: Record<string, TableResult> = {}
  for (const { name } of keptTables) results[name] = await table(name, dryRun)
  if (!dryRun) {
    await withPurge(db, async (purge) => {
      await purge('dead_letters', now() - rawDays * day)
      await purge('idempotency_keys', now() - idempotencyDays * day)
      await purge('pages')
    })
    await db.write('noteCleanup', now())
  }
  const done = Object.values(results).filter(({ status }) => status === 'completed' || status === 'dry_run')
  return {
    operation: dryRun ? 'dry_run' : 'cleanup',
    total_records_processed: done.reduce(
      (sum, result) => sum + ('records_deleted' in result ? result.records_deleted : 0),
      0,
    ),
    tables_processed: done.length,
    duration_seconds: secondsSince(started),
    started_at: startedAt.toISOString(),
    completed_at: new Date(now()).toISOString(),
    table_results: results,
  }
}
