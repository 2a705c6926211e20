import { parseTime } from '../../core/time'
import type { Manifest } from '../../platform/backup/backup'
import { holdersOf } from '../../platform/backup/holders'
import { findBackup } from '../../platform/backup/manifest'
import { openTarget } from '../../platform/backup/open-target'
import { restoreMoment } from '../../platform/backup/point-in-time'
import { restoreBackup } from '../../platform/backup/restore'
import { isEmpty } from '../../platform/backup/swap'
import type { Loaded } from '../../platform/config/load'
import { type Command, type Invocation, textOf, UsageError } from '../command'
import { exit } from '../exit'
import { printData } from '../print'
import { auditFaults } from './audit-faults'
import { dataDirOf, newestStep, sourcesOf } from './installation'
import { progressBar } from './progress'

export const restore: Command = {
  name: 'backup restore',
  summary: 'Put a backup in the place of the data, which is kept aside',
  details:
    'The server must be stopped. The backup is unpacked and checked beside the data first; until all of it is sound nothing changes. What was there goes to replaced-TIME in the data folder. A restore that is interrupted while files are exchanged is finished by the next start.',
  positionals: [{ name: 'NAME', required: false }],
  flags: {
    yes: { description: 'replace the data that is there' },
    at: {
      value: 'TIME',
      description:
        'instead of NAME: the SQLite database as it was then, from the copies that Litestream keeps',
    },
  },
  json: true,
  example: 'holdfast backup restore 20261121T064512Z-3f9c --yes',
  async run(invocation) {
    const [name] = invocation.positionals
    const at = textOf(invocation, 'at')
    if ((name === undefined) === (at === undefined))
      throw new UsageError('backup restore takes the NAME of a backup, or --at TIME', 'backup restore')
    const loaded = invocation.load()
    if (at !== undefined) return await restoreAt(invocation, loaded, at)
    const { config } = loaded
    const dataDir = dataDirOf(loaded)
    const target = openTarget(config)
    const manifest = await findBackup(target, name)
    refuse(invocation, loaded, manifest)
    const { progress, end } = progressBar(invocation.terminal)
    const kept = await restoreBackup({
      target,
      manifest,
      dataDir,
      sources: sourcesOf(loaded),
      identity: config.BACKUP_AGE_IDENTITY,
      needed: newestStep(),
      now: Date.now,
      progress,
    }).finally(end)
    printData(
      invocation,
      { restored: manifest.name, kept },
      () =>
        `restored ${manifest.name}; what was there is in ${kept}\nnext: start the server, then 'holdfast doctor'`,
    )
    return exit.done
  },
}

async function restoreAt(invocation: Invocation, loaded: Loaded, text: string): Promise<number> {
  const time = parseTime(text)
  if (time === undefined || time > Date.now())
    throw new UsageError('--at must be a past time such as 2026-11-21T06:45:00Z', 'backup restore')
  const at = new Date(time)
  const moment = at.toISOString()
  refuse(invocation, loaded, { dialect: 'sqlite', name: `of ${moment}` })
  const dataDir = dataDirOf(loaded)
  const kept = await restoreMoment({
    dataDir,
    at,
    env: invocation.terminal.env,
    needed: newestStep(),
    now: Date.now,
    async check(folder) {
      const faults = await auditFaults(folder)
      if (faults > 0) throw new Error(`at ${moment} ${faults} chains of the audit trail were broken`)
    },
  })
  printData(
    invocation,
    { restored: moment, kept },
    () =>
      `restored the database as it was at ${moment}; what was there is in ${kept}\nnext: start the server, then 'holdfast doctor'`,
  )
  return exit.done
}

function refuse(
  invocation: Invocation,
  loaded: Loaded,
  { dialect, name }: Pick<Manifest, 'dialect' | 'name'>,
): void {
  const here = loaded.config.DATABASE_URL ? 'postgres' : 'sqlite'
  if (dialect !== here)
    throw new Error(
      `backup ${name} is of ${dialect}, these settings are of ${here}: ${dialect === 'postgres' ? 'set' : 'unset'} DATABASE_URL`,
    )
  const holders = sourcesOf(loaded).flatMap(({ kind, from }) => (kind === 'sqlite' ? holdersOf(from) : []))
  if (holders.length > 0)
    throw new Error(
      `the data is in use by process ${[...new Set(holders)].join(', ')}: stop the server first`,
    )
  if (!invocation.flags.yes && !(here === 'sqlite' && isEmpty(dataDirOf(loaded))))
    throw new UsageError(
      `restoring ${name} replaces the data that is there: say so with --yes`,
      'backup restore',
    )
}
