import { existsSync, readdirSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import type { DataFile } from '../../core/module'
import { schemaName } from '../../core/table'
import type { Progress } from '../backup/backup'
import { prepareStaging, swap } from '../backup/swap'
import { listIdentities } from '../storage/catalog'
import type { Migrator } from '../storage/migrate'
import type { Storage } from '../storage/storage'
import { type Compared, compareRows } from './compare'
import { type Manifest, manifestName, storedFileOf } from './manifest'
import { damaged, entriesOf, type Found } from './read-archive'
import { readRows, unpackFile } from './read-entry'
import type { Store } from './store'
import { beginImport, endImport, findUnfinished, noteAll, noteDone } from './unfinished'

/** An archive on its way into an installation. */
export interface Importing {
  file: string
  /** What `checkArchive` found in it. */
  manifest: Manifest
  storage: Storage
  migrator: Migrator
  stores: readonly Store[]
  /** Where the local files of this installation stand; none when they are left alone. */
  files: readonly DataFile[]
  dataDir: string
  now(): number
  progress?: Progress
  /** Told where an interrupted import goes on: so many entries are stored. */
  note?(at: number): void
}

/** What came of it. */
export interface Imported extends Compared {
  /** It went on where it had been interrupted. */
  resumed: boolean
  /** Names of the local files that were put in place. */
  files: string[]
}

/**
 * Stores everything of an archive in an empty installation, compares all rows with it and follows the audit chains. One that is interrupted
 * goes on where it was when it is run again; until then nothing serves. Throws an Error in one line.
 */
export async function importInstallation(importing: Importing): Promise<Imported> {
  const { storage, stores, manifest, progress, note } = importing
  fitColumns(importing)
  await fitSchema(importing)
  const resumed = await begin(importing)
  if (resumed > 0) note?.(resumed)
  await storeAll(importing, resumed)
  for (const store of stores) await store.finish?.(storage.system)
  await followSequences(storage)
  const compared = await compareRows(storage, stores, manifest, progress)
  await endImport(storage)
  const files = importing.files.length > 0 ? manifest.files.map(({ path }) => path) : []
  return { resumed: resumed > 0, files, ...compared }
}

function fitColumns({ file, manifest: { tables, version }, stores }: Importing): void {
  const known = new Map(stores.map(({ name, codec }) => [name, codec.columns.join()]))
  const unknown = tables.find(({ name, columns }) => known.get(name) !== columns.join())
  if (unknown || tables.length !== stores.length)
    throw new Error(
      `${file} was written by holdfast ${version}, whose tables are others than this binary's${unknown ? ` (${unknown.name})` : ''}: import it with holdfast ${version}`,
    )
}

async function fitSchema({ file, manifest, migrator }: Importing): Promise<void> {
  const { newer, current, needed, changed, pending } = await migrator.status()
  if (newer) throw new Error(`schema is at ${current}, this binary knows ${needed}: run a newer binary`)
  if (manifest.schema !== needed)
    throw new Error(
      `${file} has schema ${manifest.schema}, this binary has ${needed}: import it with holdfast ${manifest.version}, or upgrade its installation and export it again`,
    )
  if (changed.length > 0)
    throw new Error(
      `schema step ${changed.join(', ')} is not the one that this binary has: use an empty database`,
    )
  if (pending.length > 0) await migrator.up()
}

/** How many entries are stored already. */
async function begin({ storage, stores, files, file, manifest: { id } }: Importing): Promise<number> {
  const unfinished = await findUnfinished(storage)
  if (unfinished && unfinished.archive !== id)
    throw new Error(`an import of another archive than ${file} was interrupted here: finish that one first`)
  if (unfinished) return unfinished.done
  const held = await storage.system.read(async (db) => {
    const names: string[] = []
    for (const store of stores) if ((await store.count(db)) > 0) names.push(store.name)
    return names
  })
  const there = files.filter(isThere).map(({ from }) => from)
  if (held.length > 0)
    throw new Error(
      `${storage.location} is not empty (${held.join(', ')}): import needs a data folder or database that was never used`,
    )
  if (there.length > 0)
    throw new Error(
      `${there.join(', ')} is there already: move it away, or leave it alone with --database-only`,
    )
  await beginImport(storage, id)
  return 0
}

const isThere = ({ from, kind }: DataFile) =>
  existsSync(from) && (kind === 'sqlite' || readdirSync(from).length > 0)

async function storeAll(importing: Importing, resumed: number): Promise<void> {
  const { file, manifest, storage, files, dataDir, progress = () => {} } = importing
  const { entries } = manifest
  const staging = files.length > 0 && resumed < entries.length ? prepareStaging(dataDir) : undefined
  const total = entries.reduce((sum, { bytes }) => sum + bytes, 0)
  let [at, done] = [0, 0]
  for await (const found of entriesOf(file)) {
    const isFile = storedFileOf(found.name) !== undefined
    if (found.name !== (entries[at]?.name ?? manifestName)) throw damaged(file)
    if (isFile && staging) await unpackFile(file, manifest, found, staging)
    else if (isFile || found.name === manifestName || at < resumed) await found.skip()
    else await storeRows(importing, at, found)
    at++
    done += found.size
    progress(Math.min(done, total), total, found.name.split('/')[1] ?? found.name)
  }
  if (!staging) return
  putFiles(importing)
  await noteAll(storage, entries.length)
}

/** In one transaction with the note that they are there. */
async function storeRows(
  { file, storage, stores, manifest }: Importing,
  at: number,
  found: Found,
): Promise<void> {
  const { store, rows } = await readRows(file, stores, manifest.entries[at]!, found)
  await storage.system.write(async (tx) => {
    await store.add(tx, rows)
    await noteDone(tx, at)
  })
}

function putFiles({ files, dataDir, now, manifest }: Importing): void {
  const held = new Set(manifest.files.map(({ path }) => path.split('/')[0]!))
  const exchanges = files.filter(({ path }) => held.has(path)).map(({ path, from }) => ({ path, to: from }))
  const aside = join(dataDir, `replaced-${new Date(now()).toISOString().replace(/[-:]|\.\d+/g, '')}`)
  swap(dataDir, exchanges, aside)
  try {
    rmdirSync(aside)
  } catch {
    // A run before this one had put them in place: they are kept there.
  }
}

/** The numbers that Postgres gives out go on after those that came. */
async function followSequences(storage: Storage): Promise<void> {
  for (const [table, column] of await listIdentities(storage)) {
    const name = `${schemaName}."${table}"`
    const highest = await storage.system.read((db) =>
      db.rows<{ value: number | null }>(sql.raw(`select max("${column}") as value from ${name}`)),
    )
    const value = highest[0]?.value
    if (value)
      await storage.admin.transaction((session) =>
        session.rows('select setval(pg_get_serial_sequence($1, $2), $3)', [name, column, value]),
      )
  }
}
