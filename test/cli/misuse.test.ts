import { expect, test } from 'bun:test'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cli, emptyFolder } from './rig'

/** Command lines that are misuse, and what the answer must say. */
const misused: [string, string][] = [
  ['--prot 9000', 'serve has no flag --prot; did you mean --port?'],
  ['serve --verbose', 'serve has no flag --verbose'],
  ['serve now', 'serve: surplus argument now'],
  ['srve', 'there is no command srve; did you mean serve?'],
  ['frobnicate', 'there is no command frobnicate'],
  ['constructor', 'there is no command constructor'],
  ['keys', 'keys needs one of create, list, update, rotate, revoke'],
  ['keys --json', 'keys needs one of create, list, update, rotate, revoke'],
  ['keys delete', 'keys has no delete; it has create, list, update, rotate, revoke'],
  ['keys list all', 'keys list: surplus argument all'],
  ['keys revoke', 'keys revoke needs ID'],
  ['keys rotate x --overlap soon', '--overlap takes a duration like 30s, 15m, 24h or 7d'],
  ['subscriptions', 'subscriptions needs one of create, list, update, cancel'],
  ['subscriptions create --tier free', 'subscriptions create needs --email'],
  ['migrate', 'migrate needs one of status, up, down, list'],
  ['migrate down', 'migrate down needs N'],
  ['migrate down all', 'migrate down takes a number of steps'],
  ['migrate up --to latest', '--to takes the number of a step'],
  ['audit', 'audit needs one of verify'],
  ['journal export', 'journal export needs --owner'],
  ['config --port', '--port needs a value'],
  ['config --port --json', '--port needs a value'],
  ['config --json=yes', '--json takes no value'],
  ['config --no-port', 'config has no flag --no-port'],
  ['version --port 1', 'version has no flag --port'],
  ['health not-a-url', 'health takes a URL'],
  ['help nothing', 'there is no command nothing'],
]

for (const [line, message] of misused) {
  test(`holdfast ${line}: exit 2 in one line, and nothing is touched`, async () => {
    const cwd = emptyFolder()
    const { code, stdout, stderr } = await cli(line, { cwd })
    expect(stderr).toContain(`holdfast: ${message}`)
    expect(stderr).toMatch(/^holdfast: .*\nRun: holdfast help.*\n$/)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(existsSync(join(cwd, 'data'))).toBe(false)
  })
}

test('wrong settings exit with 78 and list every fault', async () => {
  const { code, stderr } = await cli('serve --port x', { env: { LOG_LEVEL: 'LOUD' } })
  expect(code).toBe(78)
  expect(stderr.split('\n').filter((line) => line.startsWith('  '))).toEqual([
    '  PORT (flag): must be a whole number from 0 to 65535',
    '  LOG_LEVEL (environment): must be one of DEBUG, INFO, WARNING, ERROR',
  ])
})

test('every setting is a flag, by any of its names', async () => {
  const line =
    'config --json --changed --metrics-service-port 1 --holdfast-host h --redis-url=redis://r --no-otel-prometheus-enabled'
  const { code, stdout } = await cli(line)
  expect(code).toBe(0)
  const values = Object.fromEntries(
    JSON.parse(stdout).map((entry: { name: string; value: string }) => [entry.name, entry.value]),
  )
  expect(values).toEqual({ HOST: 'h', PORT: '1', REDIS_URL: '********', OTEL_PROMETHEUS_ENABLED: 'false' })
})

test('--env-file and .env are read', async () => {
  const cwd = emptyFolder()
  writeFileSync(join(cwd, '.env'), 'PORT=1\n')
  writeFileSync(join(cwd, 'b.env'), 'PORT=2\n')
  expect((await cli('config --changed', { cwd })).stdout).toMatch(/PORT +1 +env file/)
  expect((await cli('config --changed --env-file b.env', { cwd })).stdout).toMatch(/PORT +2 +env file/)
  expect((await cli('config --env-file c.env', { cwd })).code).toBe(78)
})

test('config shows all settings with their sources, and no secret', async () => {
  const env = { DATABASE_URL: 'postgres://u:hidden@h/x', METRICS_SERVICE_PORT: '1' }
  const { code, stdout } = await cli('config', { env })
  expect(code).toBe(0)
  expect(stdout).toMatch(/^DATABASE_URL +\*{8} +environment$/m)
  expect(stdout).toMatch(/^PORT +1 +environment: METRICS_SERVICE_PORT$/m)
  expect(stdout).toMatch(/^ALLOWED_ORIGINS +\(loopback origins\) +default$/m)
  expect(stdout).not.toContain('hidden')
})

test('BUN_OPTIONS is refused unless allowed', async () => {
  const env = { BUN_OPTIONS: '--preload ./x.ts' }
  const refused = await cli('version', { env })
  expect(refused.code).toBe(78)
  expect(refused.stderr).toContain('HOLDFAST_ALLOW_BUN_OPTIONS=1')
  expect((await cli('version', { env: { ...env, HOLDFAST_ALLOW_BUN_OPTIONS: '1' } })).code).toBe(0)
})

test('the version is that of package.json', async () => {
  const { version } = await Bun.file(join(import.meta.dir, '../../package.json')).json()
  expect((await cli('version')).stdout).toStartWith(`holdfast ${version} `)
  expect(JSON.parse((await cli('version --json')).stdout).version).toBe(version)
  expect((await cli('--version')).stdout).toContain(version)
})

test('a failure is one line; its stack shows with LOG_LEVEL=DEBUG alone', async () => {
  const cwd = emptyFolder()
  writeFileSync(join(cwd, 'file'), '')
  const plain = await cli('keys create --tier free --user-id a --data-dir file/x', { cwd })
  expect(plain.code).toBe(1)
  expect(plain.stderr).toMatch(/^Using SQLite: .*\nholdfast: .*\n$/)
  const debug = await cli('keys create --tier free --user-id a --data-dir file/x', {
    cwd,
    env: { LOG_LEVEL: 'DEBUG' },
  })
  expect(debug.stderr).toMatch(/\n +at /)
})
