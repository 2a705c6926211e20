import { Database } from 'bun:sqlite'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { checkDatabase } from './snapshot'
import { prepareStaging, swap } from './swap'

/** The database, and the folder in which it is exchanged. */
export interface PointInTime {
  dataDir: string
  /** The moment to go back to. */
  at: Date
  /** Of this process: where litestream is looked for, and what it is given. */
  env: Readonly<Record<string, string | undefined>>
  /** Newest migration that this binary knows. */
  needed: string
  now(): number
  /** Throws an Error for a database, at rest in the folder, that may not take the place of the present one. */
  check(folder: string): Promise<void>
}

const file = 'holdfast.db'

/**
 * Puts the SQLite database of a moment in place, which Litestream puts together from its snapshots and the copies of the write-ahead log after
 * them. Until it is checked nothing changes; what was there is kept in `replaced-…`, whose path is returned. Throws an Error in one line.
 */
export async function restoreMoment(wanted: PointInTime): Promise<string> {
  const { dataDir, at, env } = wanted
  const program = Bun.which('litestream', { PATH: env.PATH ?? '' })
  if (!program)
    throw new Error(
      "litestream is not installed, whose copies --at goes back by (litestream.io): install it, or restore a backup of 'holdfast backup list'",
    )
  const folder = prepareStaging(dataDir)
  try {
    await fetchMoment([program, join(dataDir, file)], at, join(folder, file), env)
    checkDatabase(join(folder, file), `what litestream gave for ${at.toISOString()}`)
    refuseNewer(join(folder, file), wanted)
    await wanted.check(folder)
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
  const aside = join(dataDir, `replaced-${new Date(wanted.now()).toISOString().replace(/[-:]|\.\d+/g, '')}`)
  swap(dataDir, [{ path: file, to: join(dataDir, file) }], aside)
  return aside
}

/** The replica is the one that Litestream's own configuration names for the database (`LITESTREAM_CONFIG`, /etc/litestream.yml). */
async function fetchMoment(
  [program, database]: [string, string],
  at: Date,
  out: string,
  env: PointInTime['env'],
): Promise<void> {
  const child = Bun.spawn([program, 'restore', '-timestamp', at.toISOString(), '-o', out, database], {
    env,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [said, complained] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ])
  if ((await child.exited) === 0) return
  const line = `${said}\n${complained}`.trim().split('\n').at(-1)
  throw new Error(`litestream failed: ${line || 'it ended without a word'}`)
}

function refuseNewer(database: string, { at, needed }: PointInTime): void {
  const db = new Database(database, { readonly: true })
  try {
    const { schema } = db.query('select max(id) as schema from schema_migrations').get() as { schema: string }
    if (schema > needed)
      throw new Error(
        `at ${at.toISOString()} the schema was ${schema}, this binary knows ${needed}: restore with a newer one`,
      )
  } finally {
    db.close()
  }
}
