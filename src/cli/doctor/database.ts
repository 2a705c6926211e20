import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { migrations } from '../../../migrations'
import type { Config } from '../../platform/config/settings'
import { createMigrator } from '../../platform/storage/migrate'
import { openStorage } from '../../platform/storage/open'
import type { Storage } from '../../platform/storage/storage'
import { scrub } from '../../platform/telemetry/scrub'
import { findUnfinished } from '../../platform/transfer/unfinished'
import { type Finding, fail, pass, warn } from './finding'
import { checkPostgres } from './postgres'
import { checkSqlite } from './sqlite'

/** Everything about the database; changes nothing in it. */
export async function checkDatabase(config: Config): Promise<Finding[]> {
  const file = join(config.DATA_DIR!, 'holdfast.db')
  if (!config.DATABASE_URL && !existsSync(file)) {
    return [pass('database', `${file} does not exist yet: the first start makes it`)]
  }
  let storage: Storage
  try {
    storage = await openStorage(config, { readOnly: true })
  } catch (error) {
    return [unreachable(error)]
  }
  try {
    return await checkOpen(storage)
  } catch (error) {
    return [unreachable(error)]
  } finally {
    await storage.close()
  }
}

function unreachable(error: unknown): Finding {
  const why = scrub(error instanceof Error ? error.message : String(error))
  const next =
    'check DATABASE_URL or DATA_DIR, the network between, and whether the project or server is paused'
  return fail('database', why, next)
}

async function checkOpen(storage: Storage): Promise<Finding[]> {
  const own = storage.dialect === 'sqlite' ? checkSqlite : checkPostgres
  return [await checkRoundTrip(storage), await checkSchema(storage), ...(await own(storage))]
}

async function checkRoundTrip(storage: Storage): Promise<Finding> {
  await storage.ping()
  const times = [await storage.ping(), await storage.ping(), await storage.ping()].sort((a, b) => a - b)
  const detail = `${storage.location} answers in ${times[1]!.toFixed(1)} ms`
  if (times[1]! < 50) return pass('database', detail)
  return warn(
    'database',
    detail,
    'run the server nearer to its database: each call makes several round trips',
  )
}

async function checkSchema(storage: Storage): Promise<Finding> {
  const { current, needed, newer, pending, changed } = await createMigrator(storage, migrations).status()
  const detail = `schema is at ${current ?? '0000'}, this binary needs ${needed}`
  if (await findUnfinished(storage))
    return fail(
      'schema',
      'an import was interrupted',
      'run: holdfast import FILE again, with the same archive',
    )
  if (newer) return fail('schema', detail, 'run the newer binary that migrated it')
  if (changed.length > 0)
    return fail('schema', `${changed.join(', ')} changed since applied`, 'run the binary that applied it')
  if (pending.length === 0) return pass('schema', `at ${needed}`)
  if (storage.dialect === 'sqlite') return warn('schema', detail, 'nothing: the next start applies it')
  return fail('schema', detail, 'run: holdfast migrate up')
}
