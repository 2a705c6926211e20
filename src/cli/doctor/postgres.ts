import { schemaName } from '../../core/table'
import type { Storage } from '../../platform/storage/storage'
import { type Finding, fail, pass, warn } from './finding'

type Admin = Storage['admin']

/** Version, roles, row-level security, clock. */
export async function checkPostgres({ admin }: Storage): Promise<Finding[]> {
  return [
    await checkVersion(admin),
    await checkRoles(admin),
    await checkRowSecurity(admin),
    await checkClock(admin),
  ]
}

async function checkVersion(admin: Admin): Promise<Finding> {
  const [row] = await admin.rows<{ number: string; version: string }>(
    "select current_setting('server_version_num') as number, current_setting('server_version') as version",
  )
  const major = Math.floor(Number(row!.number) / 10_000)
  if (major < 15) return fail('postgres version', row!.version, 'upgrade to Postgres 15 or newer')
  if (major > 18) return warn('postgres version', row!.version, 'holdfast is tested on 15 to 18')
  return pass('postgres version', row!.version)
}

/** The login must be able to become both roles; the roles must not stand above row-level security. */
async function checkRoles(admin: Admin): Promise<Finding> {
  const roles = await admin.rows<{ rolname: string; mighty: boolean; member: boolean }>(
    `select rolname, rolsuper or rolbypassrls as mighty, pg_has_role(current_user, oid, 'member') as member
     from pg_roles where rolname in ('holdfast_caller', 'holdfast_system')`,
  )
  const mighty = roles.filter((role) => role.mighty).map(({ rolname }) => rolname)
  const foreign = roles.filter((role) => !role.member).map(({ rolname }) => rolname)
  if (roles.length < 2) return fail('roles', 'the roles are missing', 'run: holdfast migrate up')
  if (mighty.length > 0) {
    return fail(
      'roles',
      `${mighty.join(', ')} bypass row-level security`,
      `run: alter role ${mighty[0]} nosuperuser nobypassrls`,
    )
  }
  if (foreign.length > 0) {
    return fail(
      'roles',
      `this login is no member of ${foreign.join(', ')}`,
      `run: grant ${foreign.join(', ')} to the login`,
    )
  }
  return pass('roles', 'callers run without rights of their own')
}

async function checkRowSecurity(admin: Admin): Promise<Finding> {
  const tables = await admin.rows<{ name: string; forced: boolean }>(
    `select c.relname as name, c.relrowsecurity and c.relforcerowsecurity as forced
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relkind in ('r', 'p') order by 1`,
    [schemaName],
  )
  const open = tables.filter(({ forced }) => !forced).map(({ name }) => name)
  if (tables.length === 0)
    return fail('row-level security', 'there are no tables', 'run: holdfast migrate up')
  if (open.length === 0) return pass('row-level security', `in force on all ${tables.length} tables`)
  const next = `run: alter table ${schemaName}.${open[0]} enable row level security, force row level security`
  return fail('row-level security', `not in force on ${open.join(', ')}`, next)
}

/** Compares clocks at the middle of a round trip. */
async function checkClock(admin: Admin): Promise<Finding> {
  const sent = Date.now()
  const [row] = await admin.rows<{ ms: number | string }>(
    'select extract(epoch from clock_timestamp()) * 1000 as ms',
  )
  const skew = Math.round(Number(row!.ms) - (sent + Date.now()) / 2)
  const detail = `the database is ${Math.abs(skew)} ms ${skew < 0 ? 'behind' : 'ahead'}`
  if (Math.abs(skew) < 1000) return pass('clock', detail)
  return warn('clock', detail, 'synchronise both clocks (NTP): expiry times and quotas depend on them')
}
