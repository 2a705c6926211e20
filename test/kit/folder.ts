import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

let root: string | undefined

/** An empty folder of a test's own; all of them are gone when the tests have run. */
export function emptyFolder(): string {
  if (root === undefined) {
    root = mkdtempSync(join(tmpdir(), 'holdfast-test-'))
    process.on('exit', () => rmSync(root!, { recursive: true, force: true }))
  }
  return mkdtempSync(join(root, 'folder-'))
}
