import { lchownSync, lstatSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigError } from '../platform/config/fault'
import type { Config } from '../platform/config/settings'

/**
 * Started as root with RUN_AS, the data folder is given to that user and the process goes on as it, for good, without further groups. For
 * fresh volumes, which belong to root, in images that have no shell to change that. Throws ConfigError where it cannot be done.
 */
export function becomeUser({ RUN_AS, DATA_DIR }: Config): void {
  if (!RUN_AS) return
  const [uid, gid] = RUN_AS.split(':').map(Number) as [number, number]
  const { getuid, getgid, setgroups, setgid, setuid } = process
  if (getuid?.() === uid && getgid?.() === gid) return
  if (getuid?.() !== 0 || !setgroups || !setgid || !setuid) {
    throw new ConfigError(['RUN_AS: only root can become another user; start as root, or unset it'])
  }
  const folder = DATA_DIR ?? 'data'
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  giveTo(folder, uid, gid)
  setgroups([])
  setgid(gid)
  setuid(uid)
}

/** Links are given, not followed: what they lead to may be no business of ours. `lost+found` of a volume stays root's. */
function giveTo(path: string, uid: number, gid: number): void {
  const entry = lstatSync(path)
  if (entry.uid !== uid || entry.gid !== gid) lchownSync(path, uid, gid)
  if (!entry.isDirectory()) return
  for (const name of readdirSync(path)) {
    if (name !== 'lost+found') giveTo(join(path, name), uid, gid)
  }
}
