import type { BackedUpFile, Listed, Manifest } from './backup'
import type { Target } from './target'

/** The text of a manifest, sealed with its own hash: one that was altered is found out. */
export const writeManifest = (manifest: Manifest): string => {
  const body = JSON.stringify(manifest, null, 2)
  return `${JSON.stringify({ ...manifest, sha256: hashOf(body) }, null, 2)}\n`
}

/** Reads a manifest; throws an Error that names the backup for one that is not whole. */
export function readManifest(name: string, text: string): Manifest {
  const broken = new Error(`backup ${name} has a manifest that was altered or cut: use another backup`)
  let parsed: Manifest & { sha256?: string }
  try {
    parsed = JSON.parse(text)
  } catch {
    throw broken
  }
  const { sha256, ...manifest } = parsed
  if (hashOf(JSON.stringify(manifest, null, 2)) !== sha256) throw broken
  if (manifest.format !== 1)
    throw new Error(
      `backup ${name} has format ${manifest.format}, which this binary does not know: use a newer one`,
    )
  if (!manifest.files.every(isInside)) throw broken
  if (manifest.name !== name)
    throw new Error(
      `backup ${name} says that it is ${manifest.name}: it was copied or renamed; give it that name again`,
    )
  return manifest
}

const hashOf = (text: string) => new Bun.CryptoHasher('sha256').update(text).digest('hex')

/** What is restored must stay below the data folder. */
const isInside = ({ path, stored }: BackedUpFile) =>
  /^[\w.-]+(\/[\w.-]+)*$/.test(path) && !path.split('/').includes('..') && /^[\w.~-]+$/.test(stored)

/** Finished backups, the newest first, and the names of those whose manifest cannot be read. */
export async function listBackups(target: Target): Promise<{ whole: Manifest[]; damaged: string[] }> {
  const whole: Manifest[] = []
  const damaged: string[] = []
  for (const name of (await target.names()).sort().reverse()) {
    const text = await target.manifest(name)
    if (text === undefined) continue
    try {
      whole.push(readManifest(name, text))
    } catch {
      damaged.push(name)
    }
  }
  return { whole, damaged }
}

/** The backup of that name, the newest one without a name. Throws an Error that says what to do when there is none. */
export async function findBackup(target: Target, name?: string): Promise<Manifest> {
  const wanted = name ?? (await newestName(target))
  const text = (await target.names()).includes(wanted) ? await target.manifest(wanted) : undefined
  if (text === undefined)
    throw new Error(`there is no backup ${wanted} in ${target.location}; see 'holdfast backup list'`)
  return readManifest(wanted, text)
}

async function newestName(target: Target): Promise<string> {
  for (const name of (await target.names()).sort().reverse()) {
    if ((await target.manifest(name)) !== undefined) return name
  }
  throw new Error(`there is no backup in ${target.location}: make one with 'holdfast backup create'`)
}

/** A manifest as a list shows it. */
export const listed = ({ files, format, ...rest }: Manifest): Listed => ({
  ...rest,
  files: files.length,
  bytes: files.reduce((sum, { storedBytes }) => sum + storedBytes, 0),
})
