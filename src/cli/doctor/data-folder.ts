import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Config } from '../../platform/config/settings'
import { type Finding, fail, pass, warn } from './finding'
import { checkMount } from './mount'
import { checkOwners } from './owners'

const GB = 1024 ** 3

/** Whether the data folder can be written and lasts, whose its files are, how much room its disk has. Writes nothing. */
export function checkDataFolder(config: Pick<Config, 'DATA_DIR' | 'DATABASE_URL'>): Finding[] {
  const folder = config.DATA_DIR!
  const there = nearest(folder)
  try {
    if (!statSync(there).isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' })
    accessSync(there, constants.W_OK | constants.X_OK)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const what = there === folder ? 'cannot be written' : `cannot be made in ${there}`
    const next = 'make it writable for the user that runs holdfast, or choose another with DATA_DIR'
    return [fail('data folder', `${folder} ${what} (${code})`, next)]
  }
  const detail =
    there === folder ? `${folder} can be written` : `${folder} does not exist yet: the first start makes it`
  return [pass('data folder', detail), ...checkMount(config, there), ...checkOwners(folder), checkDisk(there)]
}

/** The folder, or the nearest one above it that exists. */
function nearest(folder: string): string {
  let at = folder
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at)
  return at
}

function checkDisk(folder: string): Finding {
  const { bavail, bsize } = statfsSync(folder)
  const free = bavail * bsize
  const detail = `${(free / GB).toFixed(1)} GB free`
  if (free < 0.1 * GB) return fail('disk', detail, 'free some space: writes fail when the disk is full')
  if (free < GB) return warn('disk', detail, 'free some space before it runs out')
  return pass('disk', detail)
}
