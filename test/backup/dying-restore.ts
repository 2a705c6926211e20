import fs from 'node:fs'
import { join } from 'node:path'

// The program under test renames through this module: it is killed in the middle of exchanging files.
const { FOLDER = '', KEPT = '', NAME = '', RENAMES = '0' } = process.env
const marker = join(FOLDER, '.restore-ready.json')
const rename = fs.renameSync
let left = Number(RENAMES)

const { mock } = await import('bun:test')
mock.module('node:fs', () => ({
  ...fs,
  renameSync(from: string, to: string) {
    if (fs.existsSync(marker) && left-- === 0) process.kill(process.pid, 'SIGKILL')
    rename(from, to)
  },
}))

const { findBackup } = await import('../../src/platform/backup/manifest')
const { openFolderTarget } = await import('../../src/platform/backup/folder-target')
const { restoreBackup } = await import('../../src/platform/backup/restore')
const target = openFolderTarget(KEPT)
await restoreBackup({
  target,
  manifest: await findBackup(target, NAME),
  dataDir: FOLDER,
  sources: [
    { path: 'log', from: join(FOLDER, 'log'), kind: 'folder' },
    { path: 'holdfast.db', from: join(FOLDER, 'holdfast.db'), kind: 'sqlite' },
  ],
  identity: undefined,
  needed: '0007',
  now: Date.now,
})
