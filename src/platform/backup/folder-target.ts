import { existsSync } from 'node:fs'
import { copyFile, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { isName } from './backup'
import { removeAbandoned, sync } from './on-disk'
import type { Target } from './target'

const manifestFile = 'manifest.json'
/** What is being made; a crash leaves it behind. */
const unfinished = '.unfinished-'

/** Backups as folders, each readable by its owner alone. */
export function openFolderTarget(path: string): Target {
  const folder = resolve(path)
  const making = (name: string) => join(folder, `${unfinished}${name}`)
  return {
    location: folder,
    names: async () => (await entries(folder)).filter(isName),
    async manifest(name) {
      const file = join(folder, name, manifestFile)
      return existsSync(file) ? readFile(file, 'utf8') : undefined
    },
    async put(name, file, from) {
      await mkdir(making(name), { recursive: true, mode: 0o700 })
      await copyFile(from, join(making(name), file))
      await sync(join(making(name), file))
    },
    async finish(name, manifest) {
      const file = await open(join(making(name), manifestFile), 'wx', 0o600)
      await file.writeFile(manifest)
      await file.sync()
      await file.close()
      await rename(making(name), join(folder, name))
      await sync(folder)
      await removeAbandoned(folder, [unfinished])
    },
    async get(name, file, to) {
      try {
        await copyFile(join(folder, name, file), to)
      } catch (cause) {
        if (existsSync(join(folder, name, file))) throw Object.assign(cause as Error, { path: to })
        throw new Error(`backup ${name} has lost its file ${file}`, { cause })
      }
    },
    async remove(name) {
      // The manifest goes first: what is left of it is no backup any more.
      await rm(join(folder, name, manifestFile), { force: true })
      await rm(join(folder, name), { recursive: true, force: true })
    },
  }
}

const entries = async (folder: string) => (existsSync(folder) ? readdir(folder) : [])
