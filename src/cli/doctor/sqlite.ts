import type { Storage } from '../../platform/storage/storage'
import { type Finding, fail, pass, warn } from './finding'

/** Version, full-text search, integrity, clock. */
export async function checkSqlite({ admin }: Storage): Promise<Finding[]> {
  const [row] = await admin.rows<{ version: string; fts: number }>(
    "select sqlite_version() as version, sqlite_compileoption_used('ENABLE_FTS5') as fts",
  )
  const { version, fts } = row!
  return [
    atLeast(version, '3.51.3')
      ? pass('sqlite version', version)
      : fail('sqlite version', `${version} can corrupt its write-ahead log`, 'use a newer build of holdfast'),
    fts
      ? pass('full-text search', 'FTS5 is built in')
      : fail('full-text search', 'FTS5 is missing', 'use an official build'),
    await checkIntegrity(admin),
    ...(await checkClock(admin)),
  ]
}

/** The only other clock is the one that the newest entry was written by. */
async function checkClock(admin: Storage['admin']): Promise<Finding[]> {
  const [log] = await admin.rows("select 1 from sqlite_master where type = 'table' and name = 'audit_log'")
  if (!log) return []
  const [row] = await admin.rows<{ at: number | null }>('select max(at) as at from audit_log')
  const ahead = Math.ceil((row!.at ?? 0) / 1000 - Date.now() / 1000)
  if (ahead <= 1) return [pass('clock', 'later than everything that is stored')]
  const detail = `this machine’s clock is ${ahead} s behind the newest entry of the audit trail`
  return [warn('clock', detail, 'set it right (NTP): expiry times and quotas depend on it')]
}

function atLeast(version: string, least: string): boolean {
  return Bun.semver.order(version.split('.').slice(0, 3).join('.'), least) >= 0
}

async function checkIntegrity(admin: Storage['admin']): Promise<Finding> {
  // The first fault alone: going on beyond it may end the check with an error that names no page.
  const faults = await admin.rows<{ integrity_check: string }>('pragma integrity_check(1)')
  const orphans = await admin.rows('pragma foreign_key_check')
  if (faults[0]?.integrity_check === 'ok' && orphans.length === 0)
    return pass('integrity', 'the file is sound')
  const detail =
    orphans.length > 0
      ? `${orphans.length} rows point nowhere`
      : `the file is damaged: ${faults[0]?.integrity_check.replace(/\s*\n\s*/g, ' ')}`
  return fail(
    'integrity',
    detail,
    'stop the server, then: holdfast backup list, holdfast backup restore NAME --yes',
  )
}
