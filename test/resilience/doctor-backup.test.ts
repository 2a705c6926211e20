import { expect, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cli, emptyFolder } from '../cli/rig'

const hours = (count: number) => Math.floor(Date.now() / 1000) - count * 3600

async function backupCheck(created: number | undefined, env: Record<string, string> = {}) {
  const folder = emptyFolder()
  if (created !== undefined)
    writeFileSync(join(folder, 'backup-state.json'), JSON.stringify({ created_at: created }))
  const { stdout } = await cli('doctor --json', {
    env: { DATA_DIR: folder, PORT: '0', OTEL_PROMETHEUS_PORT: '0', ...env },
  })
  const { checks } = JSON.parse(stdout) as { checks: { check: string; status: string; next?: string }[] }
  return checks.find(({ check }) => check === 'backup')
}

test('doctor tells the age of the newest backup, and what to do about an old one', async () => {
  expect(await backupCheck(undefined)).toBeUndefined()
  expect(await backupCheck(hours(3))).toMatchObject({ status: 'pass' })
  expect(await backupCheck(hours(24 * 9))).toMatchObject({
    status: 'warn',
    next: expect.stringContaining('holdfast backup create'),
  })
  expect(await backupCheck(hours(9), { BACKUP_EVERY_HOURS: '4' })).toMatchObject({ status: 'warn' })
}, 30_000)
