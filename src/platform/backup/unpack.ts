import { mkdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { BackedUpFile, Manifest, Progress } from './backup'
import { sync } from './on-disk'
import { unpack } from './pack'
import { checkDatabase } from './snapshot'
import type { Target } from './target'

/** Fetches and unpacks every file of a backup into `folder` and checks each: its hashes, and databases page by page. */
export async function unpackAll(
  target: Target,
  manifest: Manifest,
  folder: string,
  identity: string | undefined,
  progress: Progress = () => {},
): Promise<void> {
  if (manifest.encrypted && identity === undefined)
    throw new Error(
      `backup ${manifest.name} is encrypted: set BACKUP_AGE_IDENTITY to the secret key that opens it`,
    )
  const total = manifest.files.reduce((sum, { bytes }) => sum + bytes, 0)
  let done = 0
  for (const file of manifest.files) {
    await unpackOne(target, manifest, file, folder, identity)
    done += file.bytes
    progress(done, total, file.path)
  }
}

async function unpackOne(
  target: Target,
  { name, encrypted }: Manifest,
  file: BackedUpFile,
  folder: string,
  identity: string | undefined,
): Promise<void> {
  const packed = join(folder, file.stored)
  await target.get(name, file.stored, packed)
  await openPacked(packed, file, folder, { of: `backup ${name}`, identity: encrypted ? identity : undefined })
}

/** Unpacks one packed file to its place below `folder`, checks it and removes the packed one. Throws an Error that names what it is `of`. */
export async function openPacked(
  packed: string,
  file: BackedUpFile,
  folder: string,
  { of, identity }: { of: string; identity?: string },
): Promise<void> {
  const plain = join(folder, file.path)
  await mkdir(dirname(plain), { recursive: true, mode: 0o700 })
  const altered = (cause?: unknown) =>
    new Error(`${of}: its file ${file.stored} was altered or cut: use another ${of.split(' ')[0]}`, { cause })
  try {
    const measured = await unpack(packed, plain, identity, file.bytes)
    if (measured.stored.sha256 !== file.storedSha256 || measured.plain.sha256 !== file.sha256) throw altered()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC')
      throw Object.assign(error as Error, { path: plain })
    if (/identity|no.*match/i.test((error as Error).message))
      throw new Error(`${of} was encrypted for another key than BACKUP_AGE_IDENTITY`, { cause: error })
    throw altered(error)
  }
  await rm(packed)
  await sync(plain)
  if (file.path.endsWith('.db')) checkDatabase(plain, `${of}: its file ${file.path}`)
}
