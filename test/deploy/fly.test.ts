import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fly, flyPostgres } from '../../src/platform/deploy/fly'
import { defaultInstallation, type Installation } from '../../src/platform/deploy/installation'
import { flyFaults } from './fly-rules'

const installation: Installation = {
  ...defaultInstallation('1.2.3'),
  given: [{ name: 'MCP_SERVER_NAME', value: 'Tools "of" ours\\' }],
  secrets: ['DATABASE_URL', 'REDIS_URL'],
}
const sqlite = fly.artifacts(installation)[0]!.text
const postgres = flyPostgres.artifacts({ ...installation, database: 'postgres' })[0]!.text

interface Read {
  mounts?: unknown[]
  env?: Record<string, string>
  deploy?: { release_command?: string }
}
const read = (text: string) => Bun.TOML.parse(text) as Read

test('flyctl would take every key, and every rule holds', () => {
  expect(flyFaults(sqlite)).toEqual([])
  expect(flyFaults(postgres)).toEqual([])
})

test('only Postgres has a release command, only SQLite a volume', () => {
  expect(read(sqlite)).toMatchObject({ mounts: [{}], env: { MCP_SERVER_NAME: 'Tools "of" ours\\' } })
  expect(read(sqlite).deploy?.release_command).toBeUndefined()
  expect(read(postgres).deploy?.release_command).toBe('migrate up')
  expect(read(postgres).mounts).toBeUndefined()
})

test('the stage that is built exists', () => {
  const dockerfile = readFileSync(join(import.meta.dir, '../../Dockerfile'), 'utf8')
  const { build } = Bun.TOML.parse(sqlite) as { build: Record<string, string> }
  expect(dockerfile).toMatch(new RegExp(`^FROM .* AS ${build['build-target']}$`, 'm'))
})

test.each([
  ['[[http_service.checks]]', '[http_service.checks]', 'must be an array of tables'],
  ['kill_signal = "SIGTERM"', 'kill_sginal = "SIGTERM"', 'kill_sginal is no key'],
  ['kill_timeout = "30s"', 'kill_timeout = "5s"', 'kill_timeout must leave'],
  ['min_machines_running = 1', 'min_machines_running = 0', 'min_machines_running 0'],
  ['strategy = "rolling"', 'strategy = "bluegreen"', 'cannot have volumes'],
  ['strategy = "rolling"', 'release_command = "migrate up"', 'release_command has no volume'],
  ['DATA_DIR = "/data"', 'DATA_DIR = "/tmp"', 'DATA_DIR is on no volume'],
  ['HOST = "::"', 'REDIS_URL = "redis://redis:6379"', 'names a host of Compose'],
  ['HOST = "::"', 'SOME_TOKEN = "x"', 'looks like a secret'],
  ['port = 9465', 'port = 8890', 'metrics are on the public port'],
])('a mistake is found: %s → %s', (right, wrong, fault) => {
  expect(sqlite).toContain(right)
  expect(flyFaults(sqlite.replace(right, wrong)).join('\n')).toContain(fault)
})
