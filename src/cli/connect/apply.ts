import { existsSync } from 'node:fs'
import { type ClientFile, FileFault } from './client-file'
import type { Machine } from './machine'
import { ChangedMeanwhile, readText, replaceFile } from './replace-file'

export type Action = 'added' | 'updated' | 'unchanged' | 'removed' | 'absent'

export interface Applied {
  action: Action
  file: string
  /** Copy of what stood in the file before; null where nothing did, or nothing changed. */
  backup: string | null
}

/** The client's file on this machine, and whether the client seems to be there. */
export function locate(client: ClientFile, machine: Machine): { file: string; installed: boolean } {
  const places = client.places(machine)
  const found = places.find(({ sign }) => existsSync(sign))
  return { file: (found ?? places.at(-1)!).file, installed: found !== undefined }
}

type Change = (text: string) => string

/** Changes the client's file, or with `dry` only says what that would do. Throws with one clear line; then nothing is changed. */
export function apply(client: ClientFile, file: string, name: string, change: Change, dry: boolean): Applied {
  for (let tries = 0; ; tries++) {
    try {
      return once(client, file, name, change, dry)
    } catch (error) {
      if (error instanceof FileFault) throw new Error(`${file} ${error.message}; it is left as it is`)
      if (!(error instanceof ChangedMeanwhile) || tries >= 3) throw explained(error, file)
    }
  }
}

function once(client: ClientFile, file: string, name: string, change: Change, dry: boolean): Applied {
  const before = readText(file)
  const had = client.read(before ?? '', name) !== undefined
  const after = change(before ?? '')
  const has = client.read(after, name) !== undefined
  const action = actionOf(had, has, after === (before ?? ''))
  const writes = !dry && action !== 'unchanged' && action !== 'absent'
  const backup = writes ? replaceFile(file, before, after) : undefined
  return { action, file, backup: backup ?? null }
}

function actionOf(had: boolean, has: boolean, same: boolean): Action {
  if (!has) return had ? 'removed' : 'absent'
  if (!had) return 'added'
  return same ? 'unchanged' : 'updated'
}

const reasons: Record<string, string> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is no folder',
}

function explained(error: unknown, file: string): unknown {
  const reason = reasons[String((error as NodeJS.ErrnoException).code)]
  return reason ? new Error(`${file} cannot be changed: ${reason}`) : error
}
