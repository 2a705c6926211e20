import { join } from 'node:path'
import { createBackup, pruneBackups } from '../../platform/backup/create'
import { listed } from '../../platform/backup/manifest'
import { openTarget } from '../../platform/backup/open-target'
import { noteState } from '../../platform/backup/state'
import type { Loaded } from '../../platform/config/load'
import { version } from '../../version'
import type { Command } from '../command'
import { exit } from '../exit'
import { withPlatform } from '../open'
import { count, printData } from '../print'
import { dataDirOf, sourcesOf } from './installation'
import { progressBar } from './progress'
import { sizeText } from './size'

export const create: Command = {
  name: 'backup create',
  existing: true,
  summary: 'Back up the data of this installation while it runs',
  details:
    'Databases are copied as they are at one moment and checked page by page; what the server has acknowledged before is in it. Goes to BACKUP_TO, encrypted where BACKUP_AGE_RECIPIENT is set. Older backups than the newest BACKUP_KEEP are removed. Postgres is dumped with pg_dump.',
  json: true,
  example: 'holdfast backup create --backup-to /mnt/backups',
  run: (invocation) =>
    withPlatform(
      invocation,
      async ({ config, loaded, migrator, storage }) => {
        const target = openTarget(config)
        const { progress, end } = progressBar(invocation.terminal)
        const { current } = await migrator.status()
        const manifest = await createBackup({
          target,
          sources: sourcesOf(loaded),
          about: { version, dialect: storage.dialect, schema: current },
          recipient: config.BACKUP_AGE_RECIPIENT,
          workFolder: join(dataDirOf(loaded), 'backups'),
          now: Date.now,
          progress,
        }).finally(end)
        note(loaded)
        const removed = await pruneBackups(target, config.BACKUP_KEEP)
        printData(invocation, { ...listed(manifest), location: target.location, removed }, (made) =>
          [
            `made ${made.name} in ${made.location}: ${count(made.files, 'file')}, ${sizeText(made.bytes)}`,
            ...removed.map((name) => `removed ${name}`),
          ].join('\n'),
        )
        return exit.done
      },
      'any',
    ),
}

const note = (loaded: Loaded) => noteState(dataDirOf(loaded), { created_at: Math.floor(Date.now() / 1000) })
