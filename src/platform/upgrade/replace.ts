import { copyFile, link, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { sync } from '../backup/on-disk'

/** Where the binary that was replaced stays. */
export const previousOf = (binary: string): string => `${binary}.previous`

const prefix = '.holdfast-upgrade-'

/** A folder beside the binary for what is on its way; those of processes that died are removed. Throws when it may not be made. */
export async function makeStaging(binary: string): Promise<string> {
  const place = dirname(binary)
  for (const name of await readdir(place)) {
    if (name.startsWith(prefix) && !isAlive(Number(name.slice(prefix.length))))
      await rm(join(place, name), { recursive: true, force: true })
  }
  const folder = join(place, `${prefix}${process.pid}`)
  await mkdir(folder, { mode: 0o700 })
  return folder
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return pid !== process.pid
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/**
 * Puts `next` in the place of the binary and keeps what was there beside it. At every moment one of the two stands there whole; a server that runs
 * keeps the file that it has open.
 */
export async function replaceBinary(binary: string, next: string, staging: string): Promise<void> {
  const kept = join(staging, `${basename(binary)}.kept`)
  await link(binary, kept).catch(() => copyFile(binary, kept))
  await rename(kept, previousOf(binary))
  await rename(next, binary)
  await sync(dirname(binary))
}

/** Exchanges the binary and the one before it. */
export async function exchangeBinaries(binary: string, staging: string): Promise<void> {
  const previous = previousOf(binary)
  const next = join(staging, basename(binary))
  await link(previous, next).catch(() => copyFile(previous, next))
  await replaceBinary(binary, next, staging)
}
