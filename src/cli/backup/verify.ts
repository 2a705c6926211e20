import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { findBackup, listed } from '../../platform/backup/manifest'
import { openTarget } from '../../platform/backup/open-target'
import { noteState } from '../../platform/backup/state'
import { unpackAll } from '../../platform/backup/unpack'
import type { Command } from '../command'
import { exit } from '../exit'
import { printData } from '../print'
import { auditFaults } from './audit-faults'
import { dataDirOf } from './installation'
import { progressBar } from './progress'

export const verify: Command = {
  name: 'backup verify',
  summary: 'Restore a backup into a temporary folder and check all of it',
  details:
    'Without NAME the newest. Every file is fetched, unpacked and compared with its hash, databases are read page by page, and the chains of the audit trail are followed. Exits with 1 when anything is wrong.',
  positionals: [{ name: 'NAME', required: false }],
  json: true,
  example: 'holdfast backup verify',
  async run(invocation) {
    const loaded = invocation.load()
    const { config } = loaded
    const target = openTarget(config)
    const manifest = await findBackup(target, invocation.positionals[0])
    const work = join(dataDirOf(loaded), 'backups')
    mkdirSync(work, { recursive: true, mode: 0o700 })
    const folder = mkdtempSync(join(work, '.verify-'))
    const { progress, end } = progressBar(invocation.terminal)
    try {
      await unpackAll(target, manifest, folder, config.BACKUP_AGE_IDENTITY, progress).finally(end)
      const faults = await auditFaults(folder)
      if (faults > 0)
        throw new Error(
          `backup ${manifest.name}: ${faults} chains of the audit trail are broken; see 'holdfast audit verify'`,
        )
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
    noteState(dataDirOf(loaded), { verified_at: Math.floor(Date.now() / 1000) })
    printData(
      invocation,
      { ...listed(manifest), sound: true },
      ({ name, files }) => `${name} is sound: ${files} files checked`,
    )
    return exit.done
  },
}
