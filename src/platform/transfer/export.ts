import { existsSync, statSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { DataFile } from '../../core/module'
import type { Reader } from '../../core/storage'
import { verifyAudit } from '../audit/verify'
import type { BackedUpFile, Progress } from '../backup/backup'
import { packStill } from '../backup/pack'
import { takeStill } from '../backup/snapshot'
import { listTables } from '../storage/catalog'
import { schemaMigrations } from '../storage/migrations-table'
import type { Storage } from '../storage/storage'
import { type Manifest, rowsName } from './manifest'
import type { Store } from './store'
import { createTally } from './tally'
import { refuseUnfinished } from './unfinished'
import { type ArchiveWriter, createArchive } from './write-archive'

/** An installation on its way into an archive. */
export interface Exporting {
  /** Where the archive goes. */
  file: string
  storage: Storage
  stores: readonly Store[]
  files: readonly DataFile[]
  about: Pick<Manifest, 'version' | 'schema'>
  now(): number
  progress?: Progress
}

/** What came of it. */
export interface Exported {
  manifest: Manifest
  /** Of the archive. */
  bytes: number
}

/**
 * Writes all rows, as they are at one moment, and the local files into an archive. Nothing stands at `file` before all of it is on disk.
 * Throws when there is something already.
 */
export async function exportInstallation(exporting: Exporting): Promise<Exported> {
  const { storage, stores } = exporting
  const file = resolve(exporting.file)
  if (existsSync(file)) throw new Error(`${file} is there already: name another file, or remove it`)
  if (!statSync(dirname(file)).isDirectory()) throw new Error(`${dirname(file)} is not a folder`)
  await refuseUnfinished(storage)
  await refuseUnknown(storage, stores)
  await refuseBroken(storage)
  // A read that was lost with its connection is begun anew, and the archive with it.
  return storage.system.read((db) => writeAll({ ...exporting, file }, db))
}

async function writeAll(exporting: Exporting, db: Reader): Promise<Exported> {
  const { storage, about, now } = exporting
  const archive = createArchive(exporting.file)
  try {
    const tables = await writeRows(exporting, archive, db)
    const files = await writeFiles(exporting, archive)
    const manifest = {
      format: 1 as const,
      id: Bun.randomUUIDv7(),
      created_at: new Date(now()).toISOString(),
      ...about,
      dialect: storage.dialect,
      tables,
      files,
    }
    return { bytes: await archive.finish(manifest), manifest: { ...manifest, entries: [] } }
  } catch (error) {
    await archive.abandon()
    throw error
  }
}

async function writeRows(
  { stores, progress = () => {} }: Exporting,
  archive: ArchiveWriter,
  db: Reader,
): Promise<Manifest['tables']> {
  const counts = new Map<Store, number>()
  for (const store of stores) counts.set(store, await store.count(db))
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0)
  const tables: Manifest['tables'] = []
  let done = 0
  for (const store of stores) {
    const tally = createTally()
    let page = 0
    for await (const rows of store.pages(db)) {
      const lines = rows.map((row) => store.codec.encode(row))
      for (const line of lines) tally.add(line)
      const text = Buffer.from(`${lines.join('\n')}\n`)
      await archive.add(rowsName(store.name, ++page), gzipSync(text), text.length)
      done += rows.length
      progress(done, total, store.name)
    }
    const { rows, sha256 } = tally.result()
    if (!store.moving && rows !== counts.get(store))
      throw new Error(`${store.name} has ${counts.get(store)} rows, of which ${rows} could be read`)
    tables.push({ name: store.name, columns: store.codec.columns, rows, sha256 })
  }
  return tables
}

/** Local databases as they are now: they are no part of the rows' moment. */
async function writeFiles(exporting: Exporting, archive: ArchiveWriter): Promise<BackedUpFile[]> {
  const { file, files, progress = () => {} } = exporting
  if (files.length === 0) return []
  const folder = `${file}.part-files`
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { mode: 0o700 })
  try {
    const packed: BackedUpFile[] = []
    for (const source of files) {
      for (const still of await takeStill(source, folder)) {
        progress(packed.length, packed.length + 1, still.path)
        const one = await packStill(still, folder, undefined)
        await archive.addFile(`files/${one.stored}`, join(folder, one.stored))
        await rm(join(folder, one.stored))
        await rm(still.file)
        packed.push(one)
      }
    }
    return packed
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** What no part of this binary has declared would be left behind in silence. */
async function refuseUnknown(storage: Storage, stores: readonly Store[]): Promise<void> {
  const known = new Set([
    schemaMigrations.name,
    ...stores.flatMap(({ name, index = [] }) => [name, ...index]),
  ])
  const unknown = (await listTables(storage)).filter((name) => !known.has(name))
  if (unknown.length > 0)
    throw new Error(
      `the database has tables that this binary does not know (${unknown.join(', ')}): export it with the binary that made them`,
    )
}

/** The other database would refuse entries that do not continue their chain. */
async function refuseBroken(storage: Storage): Promise<void> {
  const { faults } = await verifyAudit(storage.system)
  if (faults.length > 0)
    throw new Error(`the audit trail is broken at ${faults.length} places: see 'holdfast audit verify'`)
}
