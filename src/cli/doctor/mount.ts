import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { isAbsolute, relative } from 'node:path'
import type { Config } from '../../platform/config/settings'
import { type Finding, pass, warn } from './finding'

/** A line of /proc/self/mountinfo (proc_pid_mountinfo(5)). */
export interface Mount {
  at: string
  type: string
}

/** What is behind the data folder, by the mount that it lies on; nothing where the system does not tell (only Linux does). */
export function checkMount(config: Pick<Config, 'DATABASE_URL'>, folder: string): Finding[] {
  const file = '/proc/self/mountinfo'
  if (!existsSync(file)) return []
  const mount = mountOf(realpathSync(folder), readFileSync(file, 'utf8'))
  if (!mount) return []
  const lost = config.DATABASE_URL ? 'metrics and quotas' : 'everything'
  return [judgeMount(mount, lost, Bun.env.FLY_APP_NAME !== undefined)]
}

/** The mount that `path` lies on: the longest one above it, of several at one place the last. */
export function mountOf(path: string, mountinfo: string): Mount | undefined {
  let found: Mount | undefined
  for (const line of mountinfo.split('\n')) {
    const [before = '', after = ''] = line.split(' - ')
    const at = before
      .split(' ')[4]
      ?.replace(/\\(\d{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8)))
    if (at === undefined || !isBelow(path, at) || at.length < (found?.at.length ?? 0)) continue
    found = { at, type: after.split(' ')[0]! }
  }
  return found
}

function isBelow(path: string, folder: string): boolean {
  const way = relative(folder, path)
  return way !== '..' && !way.startsWith('../') && !isAbsolute(way)
}

/** `lost` says what goes with the folder. Exported for its test: no machine has all of these. */
export function judgeMount({ at, type }: Mount, lost: string, onFly: boolean): Finding {
  const volume = 'mount a volume there, or set DATA_DIR to one that is mounted'
  if (/^(tmpfs|ramfs)$/.test(type))
    return warn('durability', `${at} is in memory (${type}): ${lost} in it is gone after a restart`, volume)
  if (/^(overlay|aufs)$/.test(type))
    return warn(
      'durability',
      `it is part of the container’s own disk (${type}): ${lost} is gone with the next deploy`,
      volume,
    )
  if (onFly && at === '/')
    return warn(
      'durability',
      `it is on the machine’s own disk: ${lost} is gone with the next deploy`,
      `${volume}: [[mounts]] in fly.toml`,
    )
  if (/^(nfs\d?|cifs|smb\d?|9p|ceph|glusterfs|fuse\.(?!fuseblk).*)$/.test(type))
    return warn(
      'durability',
      `${at} is a network file system (${type}): SQLite’s log is not safe there`,
      'use a disk of this machine, or DATABASE_URL',
    )
  return pass('durability', `on ${at} (${type}), which outlasts a restart`)
}
