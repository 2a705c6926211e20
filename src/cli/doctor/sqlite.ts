import type { Storage } from '../../platform/storage/storage'
import { type Finding, fail, pass } from './finding'

/** Version, full-text search, integrity. */
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
  ]
}

function atLeast(version: string, least: string): boolean {
  return Bun.semver.order(version.split('.').slice(0, 3).join('.'), least) >= 0
}

async function checkIntegrity(admin: Storage['admin']): Promise<Finding> {
  const faults = await admin.rows<{ integrity_check: string }>('pragma integrity_check(5)')
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
