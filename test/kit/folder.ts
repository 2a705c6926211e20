import { spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

let root: string | undefined

/** An empty folder of a test's own; all of them are gone when the tests have run. */
export function emptyFolder(): string {
  if (root === undefined) {
    root = mkdtempSync(join(tmpdir(), 'holdfast-test-'))
    removeLater(root)
  }
  return mkdtempSync(join(root, 'folder-'))
}

/** Removes the folder when this process is gone, however that came about: then the pipe to it closes. `bun test` tells nobody of its end. */
export function removeLater(folder: string): void {
  const script = 'cat; sleep 1; rm -rf "$0"'
  const reaper = spawn('sh', ['-c', script, folder], { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
  reaper.unref()
}
