import type { Job, Logger, Meter } from '../../core/module'
import type { Config } from '../config/settings'
import { readState } from './state'

const drillSeconds = 7 * 24 * 3600

export interface BackupJobParts {
  config: Config
  /** The words that start this program; the work is a process of its own, so that nobody waits for the copy of a large database. */
  self: readonly string[]
  log: Logger
}

/** Backups at BACKUP_EVERY_HOURS, and once a week a restore of the newest into a temporary folder; none when it is 0. */
export function backupJobs({ config, self, log }: BackupJobParts): Job[] {
  const hours = config.BACKUP_EVERY_HOURS
  if (hours === 0) return []
  const command = (verb: string) => runSelf([...self, 'backup', verb, ...flagsOf(config)])
  const drill = config.BACKUP_AGE_RECIPIENT === undefined || config.BACKUP_AGE_IDENTITY !== undefined
  return [
    {
      kind: 'platform.backup',
      everySeconds: hours * 3600,
      attempts: 3,
      async run() {
        await command('create')
        log.info('a backup was made')
      },
    },
    ...(drill ? [drillJob(command, log)] : []),
  ]
}

const drillJob = (command: (verb: string) => Promise<void>, log: Logger): Job => ({
  kind: 'platform.backup_drill',
  everySeconds: drillSeconds,
  attempts: 2,
  async run() {
    await command('verify')
    log.info('the newest backup was restored for a test, and is sound')
  },
})

/** What may have been given to this process as a flag and no child inherits. Secrets come by the environment alone. */
function flagsOf({ DATA_DIR, BACKUP_TO, BACKUP_KEEP, BACKUP_AGE_RECIPIENT }: Config): string[] {
  const given = { DATA_DIR, BACKUP_TO, BACKUP_KEEP, BACKUP_AGE_RECIPIENT }
  return Object.entries(given).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name.toLowerCase().replaceAll('_', '-')}`, String(value)],
  )
}

async function runSelf(command: string[]): Promise<void> {
  const child = Bun.spawn(command, { stdin: 'ignore', stdout: 'ignore', stderr: 'pipe' })
  const said = await new Response(child.stderr).text()
  if ((await child.exited) === 0) return
  const line = said.trim().split('\n').at(-1) ?? ''
  throw new Error(line.replace(/^holdfast: /, '') || 'the backup ended without a word')
}

/** Declares the series that alerts look at; the answer brings them up to date. */
export function backupSeries(meter: Meter, dataDir: string): () => void {
  const made = meter.gauge(
    'backup_last_success_timestamp_seconds',
    'Unix time of the newest backup; 0 before the first.',
  )
  const verified = meter.gauge(
    'backup_last_verified_timestamp_seconds',
    'Unix time at which a backup was last restored for a test; 0 before the first.',
  )
  return () => {
    const { created_at = 0, verified_at = 0 } = readState(dataDir)
    made(created_at)
    verified(verified_at)
  }
}
