import { existsSync, readdirSync, readlinkSync, realpathSync } from 'node:fs'

/** Process ids of others that have the file open, as far as this user may see (Linux; elsewhere none). */
export function holdersOf(path: string): number[] {
  if (!existsSync('/proc/self/fd') || !existsSync(path)) return []
  const wanted = realpathSync(path)
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => opens(pid, wanted))
    .map(Number)
}

function opens(pid: string, wanted: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => linkOf(`/proc/${pid}/fd/${fd}`) === wanted)
  } catch {
    return false
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
