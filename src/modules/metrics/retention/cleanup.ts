import type { LocalDatabase } from '../../../core/local-database'
import { day, keptTables } from './kept-tables'
import type { Policy } from './policies'
import type { Preview } from './preview'
import { begun, type Progress } from './purge'

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
  | { table: string; status: 'error'; error: string }

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
    const { [name]: preview } = await db.read<Record<string, Preview>>('preview', {
      table: name,
      now: now(),
      rawDays,
    })
    const old = preview!.records_to_delete
    if (old === 0)
      return { table: name, status: 'completed', records_deleted: 0, reason: 'no_records_to_delete' }
    if (dryRun) return { table: name, status: 'dry_run', records_would_delete: old }
    const started = performance.now()
    await remove(db, name, now() - policy.retention_days * day)
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

async function remove(db: LocalDatabase, name: string, before: number): Promise<void> {
  if (keptTables.find((table) => table.name === name)!.rows) {
    while (!(await db.write<{ done: boolean }>('purgeTable', { table: name, before })).done);
    return
  }
  await db.write('hide', { table: name, before })
  for (let progress = begun; !progress.done; ) progress = await db.write<Progress>('purgeSamples', progress)
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
    const rest = { before: now() - rawDays * day, now: now() }
    while (!(await db.write<{ done: boolean }>('purgeRest', rest)).done);
    while (!(await db.write<{ done: boolean }>('shrink')).done);
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
