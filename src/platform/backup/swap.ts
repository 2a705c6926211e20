import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** Below the data folder, so that a rename is enough even where that is a mount point. */
const staged = '.restore'
const ready = '.restore-ready.json'
/** Files that belong to a SQLite file and must never stand beside another one. */
const companions = ['', '-wal', '-shm', '-journal']

/** One file or folder that is put in the place of another. */
interface Exchange {
  /** In the staging folder. */
  path: string
  /** Absolute: where it goes. */
  to: string
}

/** An exchange whose files lie on one file system, so that a rename is enough. */
interface Step extends Exchange {
  /** Absolute, where it is not the staging folder. */
  from?: string
  /** Absolute, where it is not the plan's. */
  aside?: string
}

interface Plan {
  exchanges: Step[]
  /** Absolute: where what was there goes. */
  aside: string
}

/** The folder in which a restore is prepared; what an earlier one left is gone. */
export function prepareStaging(dataDir: string): string {
  const folder = join(dataDir, staged)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return folder
}

/** Puts what is staged in place. From here on the restore is done, also when the process dies: `completeRestore` goes on. */
export function swap(dataDir: string, exchanges: Exchange[], aside: string): void {
  const plan: Plan = { exchanges: exchanges.map((one) => bringNear(dataDir, one, aside)), aside }
  writeFileSync(join(dataDir, `${ready}.new`), JSON.stringify(plan), { mode: 0o600, flush: true })
  renameSync(join(dataDir, `${ready}.new`), join(dataDir, ready))
  completeRestore(dataDir)
}

/** What goes to another file system than the data folder's is brought there first, and what was there is kept there. */
function bringNear(dataDir: string, { path, to }: Exchange, aside: string): Step {
  const [file, place] = [join(dataDir, staged, path), dirname(to)]
  mkdirSync(place, { recursive: true, mode: 0o700 })
  if (!existsSync(file) || statSync(place).dev === statSync(dataDir).dev) return { path, to }
  const from = `${to}.restoring`
  rmSync(from, { recursive: true, force: true })
  cpSync(file, from, { recursive: true })
  return { path, to, from, aside: join(place, basename(aside)) }
}

/** Finishes a restore that was interrupted while files were exchanged; true when there was one. Each step may be repeated. */
export function completeRestore(dataDir: string): boolean {
  const marker = join(dataDir, ready)
  if (!existsSync(marker)) return false
  const { exchanges, aside } = JSON.parse(readFileSync(marker, 'utf8')) as Plan
  mkdirSync(aside, { recursive: true, mode: 0o700 })
  for (const { path, to, from, aside: there } of exchanges)
    exchange(from ?? join(dataDir, staged, path), to, there ?? aside)
  rmSync(marker)
  rmSync(join(dataDir, staged), { recursive: true, force: true })
  return true
}

function exchange(from: string, to: string, aside: string): void {
  if (!existsSync(from)) return
  for (const folder of [dirname(to), aside]) mkdirSync(folder, { recursive: true, mode: 0o700 })
  for (const companion of companions) {
    const old = `${to}${companion}`
    if (existsSync(old)) renameSync(old, join(aside, old.slice(dirname(to).length + 1)))
  }
  renameSync(from, to)
}

/** True for a data folder that holds nothing that a restore would replace. */
export const isEmpty = (dataDir: string): boolean =>
  !existsSync(dataDir) ||
  readdirSync(dataDir).every((name) => name.startsWith('.') || name === 'lost+found' || name === 'backups')
