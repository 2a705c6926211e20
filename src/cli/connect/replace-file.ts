import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** The file's text; undefined when there is no file. */
export function readText(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

/** Somebody else has written the file in between. */
export class ChangedMeanwhile extends Error {}

/**
 * Puts `text` in the place of `before` in one step, readable by its owner alone; returns the path of the copy of what stood
 * there. A link stays a link: what it leads to is replaced. Throws ChangedMeanwhile when the file no longer holds `before`.
 */
export function replaceFile(path: string, before: string | undefined, text: string): string | undefined {
  const file = existsSync(path) ? realpathSync(path) : path
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const draft = join(dirname(file), `.${basename(file)}.${crypto.randomUUID()}.tmp`)
  try {
    writeWhole(draft, text)
    if (readText(file) !== before) throw new ChangedMeanwhile(`${path} was changed by another program`)
    const backup = before === undefined ? undefined : backUp(file, before)
    renameSync(draft, file)
    return backup
  } finally {
    rmSync(draft, { force: true })
  }
}

function backUp(file: string, text: string): string {
  const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14)
  for (let n = 1; ; n++) {
    const path = `${file}.${stamp}${n > 1 ? `-${n}` : ''}.bak`
    if (existsSync(path)) continue
    writeWhole(path, text)
    return path
  }
}

/** Never seen half, not even after a power cut, and never by others: a new file that is only ours from its first byte on. */
function writeWhole(path: string, text: string): void {
  const handle = openSync(path, 'wx', 0o600)
  try {
    writeFileSync(handle, text)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
