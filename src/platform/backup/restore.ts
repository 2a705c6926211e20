import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Manifest, Progress, Source } from './backup'
import { restoreDump } from './dump'
import { prepareStaging, swap } from './swap'
import type { Target } from './target'
import { unpackAll } from './unpack'

export interface Restoring {
  target: Target
  manifest: Manifest
  dataDir: string
  /** Where each source of this installation stands. */
  sources: readonly Source[]
  /** `AGE-SECRET-KEY-1…` for an encrypted backup. */
  identity: string | undefined
  /** Newest migration that this binary knows. */
  needed: string
  now(): number
  progress?: Progress
}

/**
 * Unpacks and checks a backup beside the data, then puts it in place; what was there is kept in `replaced-…`, whose path is returned. Until
 * all of it is checked nothing changes.
 */
export async function restoreBackup(restoring: Restoring): Promise<string> {
  const { target, manifest, dataDir, sources, identity, now } = restoring
  refuseNewer(restoring)
  const folder = prepareStaging(dataDir)
  try {
    await unpackAll(target, manifest, folder, identity, restoring.progress)
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
  const held = new Set(manifest.files.map(({ path }) => path.split('/')[0]!))
  const dump = sources.find(({ kind, path }) => kind === 'postgres' && held.has(path))
  if (dump) await restoreDump(join(folder, dump.path), dump.from)
  const exchanges = sources
    .filter(({ kind, path }) => kind !== 'postgres' && held.has(path))
    .map(({ path, from }) => ({ path, to: from }))
  const stamp = new Date(now()).toISOString().replace(/[-:]|\.\d+/g, '')
  const aside = join(dataDir, `replaced-${stamp}`)
  swap(dataDir, [...absentLogs(sources, held, folder), ...exchanges], aside)
  return aside
}

/** A log of later records must not be read into an earlier database: where the backup has none, an empty one takes its place. */
function absentLogs(sources: readonly Source[], held: Set<string>, folder: string) {
  const logs = sources.filter(({ kind, path }) => kind === 'folder' && !held.has(path))
  return logs.map(({ path, from }) => {
    mkdirSync(join(folder, path), { recursive: true, mode: 0o700 })
    return { path, to: from }
  })
}

function refuseNewer({ manifest, needed }: Restoring): void {
  const { schema, name, version } = manifest
  if (schema !== null && schema > needed)
    throw new Error(
      `backup ${name} has schema ${schema}, this binary knows ${needed}: restore it with holdfast ${version} or newer`,
    )
}
