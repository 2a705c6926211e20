import { join, resolve } from 'node:path'
import { holdersOf } from '../../platform/backup/holders'
import type { Loaded } from '../../platform/config/load'
import { importInstallation } from '../../platform/transfer/import'
import { checkArchive } from '../../platform/transfer/read-archive'
import { dataDirOf, filesOf } from '../backup/installation'
import { progressBar } from '../backup/progress'
import type { Command } from '../command'
import { exit } from '../exit'
import { withPlatform } from '../open'
import { count, printData } from '../print'
import { madeAnew, storesOf } from './stores'

export const importAll: Command = {
  name: 'import',
  summary: 'Store the whole of an installation that was exported, on SQLite or Postgres',
  details:
    'Into a data folder or database that was never used, by the binary that exported it or one with the same schema; ids, keys and the audit trail stay as they are. The file is read to its end and checked first; at the end every row is read back and compared. One that is interrupted goes on where it was when it is run again; until it is done no server starts on it.',
  positionals: [{ name: 'FILE', required: true }],
  flags: { 'database-only': { description: 'leave the local files of this machine (metrics) as they are' } },
  json: true,
  example: 'holdfast import /mnt/holdfast.tar --database-url postgres://holdfast@db.example.com/holdfast',
  async run(invocation) {
    const file = resolve(invocation.terminal.cwd, invocation.positionals[0]!)
    const loaded = invocation.load()
    refuseRunning(loaded)
    const { progress, end } = progressBar(invocation.terminal)
    const manifest = await checkArchive(file, progress).finally(end)
    return withPlatform(
      invocation,
      async ({ storage, migrator }) => {
        const stores = storesOf(storage, dataDirOf(loaded))
        const files = invocation.flags['database-only'] ? [] : filesOf(loaded)
        const { terminal } = invocation
        const dataDir = dataDirOf(loaded)
        const work = { file, manifest, storage, migrator, stores, files, dataDir, now: Date.now, progress }
        const note = (at: number) =>
          terminal.warn(`goes on after ${at} of ${manifest.entries.length} parts\n`)
        const done = await importInstallation({ ...work, note }).finally(end)
        const tables = Object.fromEntries(manifest.tables.map(({ name, rows }) => [name, rows]))
        const data = { file, tables, ...done, made_anew: madeAnew(stores) }
        printData(invocation, data, () => describe(data, dataDir))
        return exit.done
      },
      'any',
    )
  },
}

function refuseRunning(loaded: Loaded): void {
  if (loaded.config.DATABASE_URL) return
  const holders = holdersOf(join(dataDirOf(loaded), 'holdfast.db'))
  if (holders.length > 0)
    throw new Error(`the data is in use by process ${holders.join(', ')}: stop the server first`)
}

interface Report {
  tables: Record<string, number>
  rows: number
  audit_chains: number
  files: string[]
  made_anew: string[]
}

const describe = ({ tables, rows, audit_chains, files, made_anew }: Report, dataDir: string) =>
  [
    `imported ${count(rows, 'row')} of ${count(Object.keys(tables).length, 'table')}: counts and contents equal, ${count(audit_chains, 'audit chain')} intact`,
    `local files: ${files.length === 0 ? 'none' : `${files.join(', ')} in ${dataDir}`}`,
    `made anew: ${made_anew.join(', ')}; clones of repositories are fetched when they are next indexed`,
    "next: start the server, then 'holdfast doctor'",
  ].join('\n')
