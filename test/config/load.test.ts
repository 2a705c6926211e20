import { expect, test } from 'bun:test'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { metrics } from '../../src/modules/metrics'
import { emptyFolder, entry, faultsOf, load, notes, writeEnvFile } from './rig'

test('nothing has to be set', () => {
  const cwd = emptyFolder()
  const { config, modules, warnings } = load({ cwd, terminal: false })
  expect(config).toMatchObject({
    HOST: '127.0.0.1',
    PORT: 8890,
    DATA_DIR: join(cwd, 'data'),
    LOG_FORMAT: 'json',
  })
  expect(config.MODULES).toEqual(['notes'])
  expect(modules).toEqual({ notes: { NOTES_LIMIT: 3, NOTES_TOKEN: undefined } })
  expect(warnings).toEqual([])
})

test('flags win over the environment, that over the env file, that over defaults', () => {
  const cwd = writeEnvFile('PORT=1\nHOST=file.example\nENVIRONMENT=file\n')
  const loaded = load({ cwd, env: { PORT: '2', HOST: 'env.example' }, flags: { PORT: '3' } })
  expect(loaded.config).toMatchObject({
    PORT: 3,
    HOST: 'env.example',
    ENVIRONMENT: 'file',
    LOG_LEVEL: 'INFO',
  })
  const sources = ['PORT', 'HOST', 'ENVIRONMENT', 'LOG_LEVEL', 'DATA_DIR'].map(
    (name) => entry(loaded, name).source,
  )
  expect(sources).toEqual(['flag', 'environment', 'env file', 'default', 'computed'])
})

test('in one place HOLDFAST_<NAME> wins over the name, the name over its aliases', () => {
  const env: Record<string, string> = { METRICS_SERVICE_PORT: '1' }
  expect(load({ env }).config.PORT).toBe(1)
  expect(entry(load({ env }), 'PORT').from).toBe('METRICS_SERVICE_PORT')
  env.PORT = '2'
  expect(load({ env }).config.PORT).toBe(2)
  env.HOLDFAST_PORT = '3'
  expect(load({ env }).config.PORT).toBe(3)
})

test('an empty text is not set', () => {
  const { config } = load({
    env: { PORT: '', METRICS_SERVICE_PORT: '7', REDIS_URL: '' },
    flags: { HOST: '' },
  })
  expect(config).toMatchObject({ PORT: 7, HOST: '127.0.0.1', REDIS_URL: undefined })
})

test('--env-file names another file, which must be there', () => {
  const cwd = writeEnvFile('PORT=1\n')
  writeFileSync(join(cwd, 'other.env'), 'HOST="a.example" # why\n')
  expect(load({ cwd, envFile: 'other.env' }).config).toMatchObject({ PORT: 8890, HOST: 'a.example' })
  expect(faultsOf({ cwd, envFile: 'gone.env' })).toEqual([
    `--env-file: cannot read ${join(cwd, 'gone.env')} (no such file)`,
  ])
})

test('a folder called .env is left alone, unless it is asked for', () => {
  const cwd = emptyFolder()
  mkdirSync(join(cwd, '.env'))
  expect(load({ cwd }).config.PORT).toBe(8890)
  expect(faultsOf({ cwd, envFile: '.env' })).toEqual([
    `--env-file: cannot read ${join(cwd, '.env')} (EISDIR)`,
  ])
})

test('the data folder is systemd’s state directory where there is one', () => {
  expect(load({ env: { STATE_DIRECTORY: '/var/lib/a:/var/lib/b' } }).config.DATA_DIR).toBe('/var/lib/a')
  expect(load({ env: { STATE_DIRECTORY: '/var/lib/a', DATA_DIR: '/b' } }).config.DATA_DIR).toBe('/b')
})

test('logs are text where people read them', () => {
  expect(load({ terminal: true }).config.LOG_FORMAT).toBe('text')
  expect(load({ terminal: true, env: { LOG_FORMAT: 'json' } }).config.LOG_FORMAT).toBe('json')
})

test('modules read their own settings, by any name', () => {
  expect(load({ env: { NOTE_MAXIMUM: '5' } }).modules.notes).toMatchObject({ NOTES_LIMIT: 5 })
  expect(entry(load(), 'NOTES_LIMIT').module).toBe('notes')
})

test('two declarations of one name are a mistake of ours', () => {
  expect(() => load({ modules: [notes, { ...notes, name: 'more' }] })).toThrow(
    /NOTES_LIMIT is declared twice/,
  )
})

test('variables of Kubernetes services are passed over', () => {
  const links = {
    KUBERNETES_SERVICE_HOST: '10.0.0.1',
    HOLDFAST_PORT: 'tcp://10.1.2.3:8890',
    HOLDFAST_PORT_8890_TCP_ADDR: '10.1.2.3',
    HOLDFAST_SERVICE_HOST: '10.1.2.3',
    METRICS_PORT: 'tcp://10.1.2.4:80',
    METRICS_SERVICE_HOST: '10.1.2.4',
    METRICS_SERVICE_PORT: '80',
  }
  expect(load({ env: links }).config).toMatchObject({ HOST: '127.0.0.1', PORT: 8890 })
  expect(load({ env: { METRICS_SERVICE_PORT: '80' } }).config.PORT).toBe(80)
})

test('a secret comes from NAME_FILE or the credentials directory, without its line break', () => {
  const folder = emptyFolder()
  writeFileSync(join(folder, 'redis_url'), 'redis://one\n')
  writeFileSync(join(folder, 'NOTES_TOKEN'), 'two\r\n')
  writeFileSync(join(folder, 'database.txt'), 'postgres://three/x')
  const env = { CREDENTIALS_DIRECTORY: folder, DATABASE_URL_FILE: join(folder, 'database.txt') }
  const loaded = load({ env })
  expect(loaded.config).toMatchObject({ REDIS_URL: 'redis://one', DATABASE_URL: 'postgres://three/x' })
  expect(loaded.modules.notes).toMatchObject({ NOTES_TOKEN: 'two' })
  expect(entry(loaded, 'REDIS_URL')).toMatchObject({ source: 'secret file', value: '********' })
  expect(load({ env: { ...env, REDIS_URL: 'redis://four' } }).config.REDIS_URL).toBe('redis://four')
  expect(faultsOf({ env: { REDIS_URL_FILE: '/nowhere/redis' } })[0]).toContain(
    'REDIS_URL_FILE: cannot read /nowhere/redis',
  )
})

test('keys of a family come from files as well, and a credentials directory that cannot be read is a fault', () => {
  const folder = emptyFolder()
  writeFileSync(join(folder, 'HOLDFAST_METRICS_API_KEY_GATEWAY'), `${'g'.repeat(40)}\n`)
  writeFileSync(join(folder, 'metrics_api_key_auth_server'), 'a'.repeat(40))
  writeFileSync(join(folder, 'gateway'), 'f'.repeat(40))
  const env = { CREDENTIALS_DIRECTORY: folder, METRICS_API_KEY_OTHER_FILE: join(folder, 'gateway') }
  expect(load({ env }).config['METRICS_API_KEY_*']).toEqual({
    GATEWAY: 'g'.repeat(40),
    AUTH_SERVER: 'a'.repeat(40),
    OTHER: 'f'.repeat(40),
  })
  const file = join(folder, 'gateway')
  expect(faultsOf({ env: { CREDENTIALS_DIRECTORY: file } })[0]).toContain(
    `$CREDENTIALS_DIRECTORY: cannot read ${file} (ENOTDIR)`,
  )
})

test('no secret is ever shown', () => {
  const { entries } = load({
    env: {
      DATABASE_URL: 'postgres://u:hidden1@h/x',
      NOTES_TOKEN: 'hidden2',
      OTEL_OTLP_ENDPOINT: 'https://u:hidden3@h/',
    },
  })
  expect(JSON.stringify(entries)).not.toMatch(/hidden/)
  expect(entries.find(({ name }) => name === 'OTEL_OTLP_ENDPOINT')?.value).toBe('https://********@h/')
})

test('a relative path is below the folder that the process was started in, wherever the data folder is', () => {
  const cwd = emptyFolder()
  const loaded = load({ cwd, env: { DATA_DIR: 'kept', SQLITE_DB_PATH: './dev.db' }, modules: [metrics] })
  expect(loaded.config.DATA_DIR).toBe(join(cwd, 'kept'))
  expect(loaded.modules.metrics).toMatchObject({ SQLITE_DB_PATH: join(cwd, 'dev.db') })
  expect(load({ cwd, modules: [metrics] }).modules.metrics).toMatchObject({ SQLITE_DB_PATH: undefined })
})
