import { AppError } from '../../../core/errors'
import type { RawRequest, RawRoute } from '../../../core/module'
import { answered } from '../ingest/answer'
import type { Cleanup } from '../retention/cleanup'
import { keptTables } from '../retention/kept-tables'
import type { Policy } from '../retention/policies'
import type { Store } from '../store/open'
import { requireAdmin } from './admin-key'
import { fewestDays, mostDays } from './days'
import { dryRunOnly, policyParameters, refusalsOf, tableName } from './openapi'
import { type Parameters, readParameters } from './parameters'

export interface AdminParts {
  store: Store
  cleanup: Cleanup
  now(): number
  /** METRICS_RETENTION_DAYS. */
  rawDays: number
}

type Work = (parameters: Parameters, raw: RawRequest) => Promise<unknown>

/** The predecessor's admin endpoints. */
export function adminRoutes(parts: AdminParts): RawRoute[] {
  const { store, cleanup, now, rawDays } = parts
  const previewed = async (table: string | undefined) => {
    await store.settled()
    return store.db.read('preview', { table, now: now(), rawDays })
  }
  return [
    route('GET', 'retention/preview', 'What a clean-up would delete', [tableName], (given) =>
      previewed(tableOf(given)),
    ),
    route('GET', 'retention/policies', 'How long each table keeps its rows', [], async () => {
      const policies = await store.db.read<Policy[]>('policies', rawDays)
      return Object.fromEntries(policies.map((policy) => [policy.table_name, policy]))
    }),
    route(
      'PUT',
      'retention/policies/:table',
      'Change how long a table keeps its rows',
      policyParameters,
      (given, { params }) => update(parts, given, params.table!),
    ),
    route(
      'POST',
      'retention/cleanup',
      'Delete what is older than its policy says; dry_run is the default',
      [tableName, dryRunOnly],
      async (given) => {
        const [table, dryRun] = [tableOf(given), given.bool('dry_run', true)]
        await store.settled()
        return table === undefined ? cleanup.all(dryRun) : cleanup.table(table, dryRun)
      },
    ),
    route('GET', 'database/stats', 'Rows and ages of each table', [], () =>
      store.db.read('tableStats', rawDays),
    ),
    route('GET', 'database/size', 'Bytes of the file', [], () => store.db.read('fileSize')),
  ]
}

function route(
  method: RawRoute['method'],
  path: string,
  title: string,
  parameters: object[],
  work: Work,
): RawRoute {
  return {
    method,
    path: `/admin/${path}`,
    title,
    description: `${title}. Parameters in the query or in a JSON body. For METRICS_ADMIN_API_KEY and keys with the scope admin.`,
    access: 'optional',
    openapi: { parameters, responses: refusalsOf(parameters) },
    handle: (raw) =>
      answered(async () => {
        requireAdmin(raw)
        return Response.json(await work(readParameters(raw), raw))
      }),
  }
}

function tableOf(given: Parameters): string | undefined {
  const table = given.text('table_name')
  if (table !== undefined) requireTable(table)
  return table
}

function requireTable(table: string): void {
  if (!keptTables.some(({ name }) => name === table)) throw new AppError('malformed', 'Invalid table name')
}

async function update({ store }: AdminParts, given: Parameters, table: string): Promise<unknown> {
  requireTable(table)
  const retention_days = given.int('retention_days', fewestDays, mostDays)
  const is_active = given.bool('is_active', true)
  await store.db.write('updatePolicy', { table_name: table, retention_days, is_active })
  return {
    status: 'success',
    message: `Updated retention policy for ${table}`,
    table_name: table,
    retention_days,
    is_active,
  }
}
