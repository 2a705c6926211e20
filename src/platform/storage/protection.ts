import { sql } from 'drizzle-orm'
import { schemaName } from '../../core/table'
import type { Storage } from './storage'

interface Policy {
  table: string
  enabled: boolean
  forced: boolean
  policies: number
  /** A policy that shows callers everything in a table that has owners. */
  open: boolean
}

/**
 * What stands between one caller and another's rows on Postgres: for each table without forced row-level security or without
 * a policy, and for each right that the roles should not have, one sentence. None when all is well, and on SQLite, where the
 * queries alone do it.
 */
export async function findUnprotectedTables(storage: Storage): Promise<string[]> {
  if (storage.dialect === 'sqlite') return []
  const tables = await storage.admin.rows<Policy>(policies)
  return [...tables.flatMap(explain), ...(await findBypasses(storage))]
}

function explain({ table, enabled, forced, policies, open }: Policy): string[] {
  if (!enabled) return [`${table}: row-level security is off`]
  const faults: string[] = []
  if (!forced) faults.push(`${table}: row-level security is not forced, its owner sees every row`)
  if (Number(policies) === 0) faults.push(`${table}: has no policy`)
  if (open) faults.push(`${table}: a policy shows every caller the rows of all owners`)
  return faults
}

/** Asks as a caller: what its role may do, and whether the policies bind it. */
async function findBypasses(storage: Storage): Promise<string[]> {
  const [role] = await storage
    .as('nobody')
    .read((db) => db.rows<{ name: string; mighty: boolean; free: string }>(bypasses))
  if (!role) return ['the role of callers is not known to the database']
  const faults = role.mighty
    ? [`${role.name}: the role of callers is superuser or may bypass row-level security`]
    : []
  return role.free
    ? [...faults, `${role.free}: row-level security does not bind the role of callers`]
    : faults
}

const policies = `select relname::text as table, relrowsecurity as enabled, relforcerowsecurity as forced,
    (select count(*) from pg_policy where polrelid = c.oid) as policies,
    exists (
      select from pg_policies p
      where p.schemaname = '${schemaName}' and p.tablename = c.relname and p.qual = 'true'
        and p.roles && array['holdfast_caller', 'public']::name[]
        and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'owner')
    ) as open
  from pg_class c
  where relnamespace = to_regnamespace('${schemaName}') and relkind in ('r', 'p') order by relname`

const bypasses = sql.raw(`select r.rolname::text as name, r.rolsuper or r.rolbypassrls as mighty,
    coalesce((
      select string_agg(c.relname, ', ') from pg_class c
      where c.relnamespace = to_regnamespace('${schemaName}') and c.relkind in ('r', 'p')
        and not row_security_active(c.oid)
    ), '') as free
  from pg_roles r where r.rolname = current_user`)
