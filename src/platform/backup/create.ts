import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type BackedUpFile, type Manifest, newName, type Progress, type Source } from './backup'
import { writeManifest } from './manifest'
import { removeAbandoned } from './on-disk'
import { packStill } from './pack'
import { takeStill } from './snapshot'
import type { Still } from './still'
import type { Target } from './target'

/** What is to be backed up, and as what. */
export interface Creation {
  target: Target
  sources: readonly Source[]
  about: Pick<Manifest, 'version' | 'dialect' | 'schema'>
  /** `age1…`; plain without one. */
  recipient: string | undefined
  /** Folder for what lies still meanwhile: on a disk with as much room as the data takes. */
  workFolder: string
  now(): number
  progress?: Progress
}

/** Copies, checks, compresses, stores. Nothing of it counts as a backup before all of it is there. */
export async function createBackup(creation: Creation): Promise<Manifest> {
  const { target, about, recipient, sources, workFolder, now } = creation
  await mkdir(workFolder, { recursive: true, mode: 0o700 })
  await removeAbandoned(workFolder, ['.backup-', '.verify-'])
  const folder = mkdtempSync(join(workFolder, '.backup-'))
  try {
    const at = new Date(now())
    const name = newName(at)
    const stills: Still[] = []
    for (const source of sources) stills.push(...(await takeStill(source, folder)))
    if (stills.length === 0) throw new Error('there is nothing to back up yet: start the server once')
    const files = await storeAll(creation, name, stills, folder)
    const manifest: Manifest = {
      format: 1,
      name,
      created_at: at.toISOString(),
      ...about,
      encrypted: recipient !== undefined,
      files,
    }
    await target.finish(name, writeManifest(manifest))
    return manifest
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function storeAll(
  { target, recipient, progress = () => {} }: Creation,
  name: string,
  stills: readonly Still[],
  folder: string,
): Promise<BackedUpFile[]> {
  const total = stills.reduce((sum, { file }) => sum + statSync(file).size, 0)
  const files: BackedUpFile[] = []
  let done = 0
  for (const still of stills) {
    const packed = await packStill(still, folder, recipient, (bytes) => {
      done += bytes
      progress(done, total, still.path)
    })
    await target.put(name, packed.stored, join(folder, packed.stored))
    rmSync(join(folder, packed.stored))
    files.push(packed)
  }
  return files
}

/**
 * Removes all that is older than the newest `keep` backups; returns the names of what went. What was never finished, which a bucket shows
 * too, counts for none: it may be under way.
 */
export async function pruneBackups(target: Target, keep: number): Promise<string[]> {
  const old: string[] = []
  let kept = 0
  for (const name of (await target.names()).sort().reverse()) {
    if (kept === keep) old.push(name)
    else if ((await target.manifest(name)) !== undefined) kept++
  }
  for (const name of old) await target.remove(name)
  return old
}
