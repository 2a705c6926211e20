import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a process may have. */
export interface Size {
  /** Milliseconds of processor time in each 80 ms. */
  cpuMs: number
  memoryMb: number
}

/** A control group of Linux around a process. */
export interface SmallMachine {
  /** Moves the process, with all of its threads, into it. */
  put(pid: number): void
  remove(): void
}

const root = '/sys/fs/cgroup'
const periodUs = 80_000

/** Makes one; throws where this user may not (it takes root, and version 1 or 2 mounted for writing). */
export function makeSmallMachine({ cpuMs, memoryMb }: Size): SmallMachine {
  const name = `holdfast-bench-${process.pid}`
  const bytes = String(memoryMb * 1024 ** 2)
  const quota = String(cpuMs * 1000)
  const folders = existsSync(join(root, 'cgroup.controllers'))
    ? [make(name, { 'cpu.max': `${quota} ${periodUs}`, 'memory.max': bytes })]
    : [
        make(`cpu/${name}`, { 'cpu.cfs_period_us': String(periodUs), 'cpu.cfs_quota_us': quota }),
        make(`memory/${name}`, { 'memory.limit_in_bytes': bytes }),
      ]
  return {
    put: (pid) => {
      for (const folder of folders) writeFileSync(join(folder, 'cgroup.procs'), String(pid))
    },
    remove: () => {
      for (const folder of folders) rmdirSync(folder)
    },
  }
}

function make(path: string, limits: Record<string, string>): string {
  const folder = join(root, path)
  mkdirSync(folder)
  for (const [file, value] of Object.entries(limits)) writeFileSync(join(folder, file), value)
  return folder
}
