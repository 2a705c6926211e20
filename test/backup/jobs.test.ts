import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { backupJobs } from '../../src/platform/backup/jobs'
import type { Config } from '../../src/platform/config/settings'
import { cli, emptyFolder } from '../cli/rig'
import { source } from '../kit/process'

const log = { debug() {}, info() {}, warn() {}, error() {} }

const jobsFor = (config: object) => backupJobs({ config: config as Config, self: source, log })

test('the server makes a backup by itself, restores the newest for a test once a week, and notes when', async () => {
  const DATA_DIR = join(emptyFolder(), 'data')
  const env = { DATA_DIR }
  expect((await cli('keys create --user-id alice --tier free', { env })).code).toBe(0)
  const jobs = jobsFor({ DATA_DIR, BACKUP_EVERY_HOURS: 6, BACKUP_KEEP: 3 })
  expect(jobs.map(({ everySeconds }) => everySeconds)).toEqual([6 * 3600, 7 * 24 * 3600])
  for (const { run } of jobs) await run(undefined as never, undefined as never)
  const noted = JSON.parse(readFileSync(join(DATA_DIR, 'backup-state.json'), 'utf8'))
  const now = Date.now() / 1000
  for (const at of [noted.created_at, noted.verified_at]) expect(now - at).toBeLessThan(300)
}, 60_000)

test('none is made without BACKUP_EVERY_HOURS; what cannot be opened here is not tried', () => {
  expect(jobsFor({ BACKUP_EVERY_HOURS: 0 })).toEqual([])
  const sealed = jobsFor({ BACKUP_EVERY_HOURS: 24, BACKUP_AGE_RECIPIENT: 'age1…' })
  expect(sealed.map(({ kind }) => kind)).toEqual(['platform.backup'])
})

test('a backup that fails fails the job, in the words of the command', async () => {
  const [backup] = jobsFor({ DATA_DIR: join(emptyFolder(), 'none'), BACKUP_EVERY_HOURS: 24, BACKUP_KEEP: 3 })
  await expect(backup!.run(undefined as never, undefined as never)).rejects.toThrow('there is no data in')
}, 60_000)
