import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Finding, fail, pass, warn } from './finding'

const GB = 1024 ** 3

/** Whether the data folder can be written, and how much room its disk has. */
export function checkDataFolder(folder: string): Finding[] {
  const probe = join(folder, `.doctor-${process.pid}`)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    writeFileSync(probe, 'x', { flush: true })
    rmSync(probe)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const next = 'make it writable for the user that runs holdfast, or choose another with DATA_DIR'
    return [fail('data folder', `${folder} cannot be written (${code})`, next)]
  }
  return [pass('data folder', `${folder} can be written`), checkDisk(folder)]
}

function checkDisk(folder: string): Finding {
  const { bavail, bsize } = statfsSync(folder)
  const free = bavail * bsize
  const detail = `${(free / GB).toFixed(1)} GB free`
  if (free < 0.1 * GB) return fail('disk', detail, 'free some space: writes fail when the disk is full')
  if (free < GB) return warn('disk', detail, 'free some space before it runs out')
  return pass('disk', detail)
}
