import { Database } from 'bun:sqlite'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { databaseCode } from '../../core/storage-errors'
import type { Source } from './backup'
import { dumpDatabase } from './dump'
import type { Still } from './still'

/** Brings a source to rest in `folder`. What does not exist (yet) gives nothing. */
export async function takeStill(source: Source, folder: string): Promise<Still[]> {
  if (source.kind === 'postgres') {
    const file = join(folder, source.path)
    await dumpDatabase(source.from, file)
    return [{ path: source.path, file }]
  }
  if (!existsSync(source.from)) return []
  return source.kind === 'sqlite' ? [await copyDatabase(source, folder)] : copyFolder(source, folder)
}

/** All of a database as it is at one moment, whoever writes meanwhile; a plain copy would miss what is in its log. */
async function copyDatabase({ path, from }: Source, folder: string): Promise<Still> {
  const file = join(folder, path)
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const db = new Database(from, { readonly: true })
  try {
    db.run('pragma busy_timeout = 10000')
    db.run('vacuum into ?', [file])
  } catch (error) {
    throw new Error(`${from} cannot be copied: ${reasonOf(error)}`, { cause: error })
  } finally {
    db.close()
  }
  checkDatabase(file, path)
  return { path, file }
}

function reasonOf(error: unknown): string {
  const code = databaseCode(error) ?? ''
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB')
    return "it is damaged; restore a backup with 'holdfast backup restore'"
  if (code === 'SQLITE_FULL') return 'the disk is full'
  return error instanceof Error ? error.message : String(error)
}

/** Throws an Error that names the first fault of a SQLite file. */
export function checkDatabase(file: string, name: string): void {
  const faults = findFaults(file)
  if (faults.length > 0) throw new Error(`${name} is damaged: ${faults[0]}`)
}

function findFaults(file: string): string[] {
  let db: Database | undefined
  try {
    db = new Database(file, { readonly: true })
    const rows = db.query('pragma integrity_check(10)').all() as { integrity_check: string }[]
    return rows.map(({ integrity_check }) => integrity_check).filter((text) => text !== 'ok')
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)]
  } finally {
    db?.close()
  }
}

/** Files that go away meanwhile were moved on: into a database that is copied after this folder. */
async function copyFolder({ path, from }: Source, folder: string): Promise<Still[]> {
  const stills: Still[] = []
  await mkdir(join(folder, path), { recursive: true, mode: 0o700 })
  for (const name of (await readdir(from)).sort()) {
    const file = join(folder, path, name)
    try {
      await copyFile(join(from, name), file)
      stills.push({ path: `${path}/${name}`, file })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
  return stills
}
