import { resolve } from 'node:path'
import { exportInstallation } from '../../platform/transfer/export'
import { version } from '../../version'
import { dataDirOf, filesOf } from '../backup/installation'
import { progressBar } from '../backup/progress'
import { sizeText } from '../backup/size'
import type { Command } from '../command'
import { exit } from '../exit'
import { withPlatform } from '../open'
import { count, printData } from '../print'
import { madeAnew, storesOf } from './stores'

export const exportAll: Command = {
  name: 'export',
  existing: true,
  summary: 'Write the whole installation into one file that an installation on SQLite or Postgres can import',
  details:
    'All rows of the platform and of every module as they are at one moment, also while the server runs, and the local files (metrics). Search indexes are made anew by the import; clones of repositories and settings stay behind. Until the file is whole it stands beside its place as FILE.part; one that was interrupted is begun anew.',
  positionals: [{ name: 'FILE', required: true }],
  flags: { 'database-only': { description: 'leave local files (metrics) out' } },
  json: true,
  example: 'holdfast export /mnt/holdfast.tar',
  run: (invocation) =>
    withPlatform(
      invocation,
      async ({ loaded, storage, migrator }) => {
        const { current, needed, newer, pending } = await migrator.status()
        if (newer) throw new Error(`schema is at ${current}, this binary knows ${needed}: run a newer binary`)
        if (pending.length > 0)
          throw new Error(
            `schema is at ${current}, this binary needs ${needed}: run 'holdfast migrate up' first`,
          )
        const stores = storesOf(storage, dataDirOf(loaded))
        const file = resolve(invocation.terminal.cwd, invocation.positionals[0]!)
        const { progress, end } = progressBar(invocation.terminal)
        const { manifest, bytes } = await exportInstallation({
          file,
          storage,
          stores,
          files: invocation.flags['database-only'] ? [] : filesOf(loaded),
          about: { version, schema: needed },
          now: Date.now,
          progress,
        }).finally(end)
        const data = {
          file,
          bytes,
          schema: needed,
          dialect: storage.dialect,
          tables: Object.fromEntries(manifest.tables.map(({ name, rows }) => [name, rows])),
          files: manifest.files.map(({ path }) => path),
          made_anew: madeAnew(stores),
        }
        printData(invocation, data, ({ tables, files, made_anew }) => {
          const rows = Object.values(tables).reduce((sum, n) => sum + n, 0)
          return [
            `exported ${count(rows, 'row')} of ${count(stores.length, 'table')} and ${count(files.length, 'local file')} to ${file}: ${sizeText(bytes)}, schema ${needed}`,
            `not in it: ${made_anew.join(', ')} (made anew by the import), clones of repositories (fetched anew), settings`,
            `next: 'holdfast import ${invocation.positionals[0]}' with the settings of the other installation`,
          ].join('\n')
        })
        return exit.done
      },
      'any',
    ),
}
