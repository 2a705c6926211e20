import { existsSync } from 'node:fs'
import { open, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Puts a file, or the entries of a folder, on disk: a power cut afterwards takes nothing of it. */
export async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const abandonedMs = 24 * 3600_000

/** Removes what a process that was killed left in `folder` a day ago or longer, by the beginning of its name. */
export async function removeAbandoned(folder: string, beginnings: readonly string[]): Promise<void> {
  const names = existsSync(folder) ? await readdir(folder) : []
  for (const name of names.filter((entry) => beginnings.some((beginning) => entry.startsWith(beginning)))) {
    const { mtimeMs } = await stat(join(folder, name))
    if (Date.now() - mtimeMs > abandonedMs) await rm(join(folder, name), { recursive: true, force: true })
  }
}
