import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

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

interface Plan {
  exchanges: Exchange[]
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
  const plan: Plan = { exchanges, aside }
  writeFileSync(join(dataDir, `${ready}.new`), JSON.stringify(plan), { mode: 0o600, flush: true })
  renameSync(join(dataDir, `${ready}.new`), join(dataDir, ready))
  completeRestore(dataDir)
}

/** Finishes a restore that was interrupted while files were exchanged; true when there was one. Each step may be repeated. */
export function completeRestore(dataDir: string): boolean {
  const marker = join(dataDir, ready)
  if (!existsSync(marker)) return false
  const { exchanges, aside } = JSON.parse(readFileSync(marker, 'utf8')) as Plan
  mkdirSync(aside, { recursive: true, mode: 0o700 })
  for (const { path, to } of exchanges) exchange(join(dataDir, staged, path), to, aside)
  rmSync(marker)
  rmSync(join(dataDir, staged), { recursive: true, force: true })
  return true
}

function exchange(from: string, to: string, aside: string): void {
  if (!existsSync(from)) return
  mkdirSync(dirname(to), { recursive: true, mode: 0o700 })
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
