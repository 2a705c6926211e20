import { expect, test } from 'bun:test'
import { faultsOf, load, writeEnvFile } from './rig'

test('every fault is listed at once, with where it comes from', () => {
  const cwd = writeEnvFile('LOG_LEVEL=LOUD\n')
  const env = { PORT: 'http', METRICS_SERVICE_HOST: 'x', DATABASE_POOL_SIZE: '0', NOTE_MAXIMUM: '99' }
  expect(faultsOf({ cwd, env, flags: { MAX_REQUEST_SIZE: 'much' } })).toEqual([
    'PORT (environment): must be a whole number from 0 to 65535',
    'DATABASE_POOL_SIZE (environment): must be a whole number from 1 to 200',
    'LOG_LEVEL (env file): must be one of DEBUG, INFO, WARNING, ERROR',
    'MAX_REQUEST_SIZE (flag): must be a size like 512KB or 10MB',
    'NOTES_LIMIT (environment, NOTE_MAXIMUM): must be a whole number from 1 to 10',
  ])
})

test('a module that there is none of is listed with the other faults', () => {
  expect(faultsOf({ env: { MODULES: 'notes,note', PORT: 'http' } })).toEqual([
    'PORT (environment): must be a whole number from 0 to 65535',
    'MODULES: there is no module note; did you mean notes?',
  ])
})

test('a fault never repeats a value', () => {
  const faults = faultsOf({
    env: { DATABASE_URL: 'mysql://root:hidden@h', REDIS_URL: 'hidden', PORT: 'hidden' },
  })
  expect(faults).toHaveLength(3)
  expect(faults.join()).not.toContain('hidden')
})

test('not even when the parser of a secret does', () => {
  const parse = (text: string) => {
    throw new Error(`${text} is not nice`)
  }
  const NOTES_PIN = { kind: 'PIN', default: undefined, secret: true, description: 'A secret.', parse }
  const modules = [{ name: 'notes', title: 'Notes', settings: { NOTES_PIN } }]
  expect(faultsOf({ modules, env: { NOTES_PIN: 'hidden' } })).toEqual(['NOTES_PIN (environment): is no PIN'])
})

test.each([
  ['HOLDFAST_PROT', 'HOLDFAST_PORT'],
  ['HOLDFAST_DATABASE_ULR', 'HOLDFAST_DATABASE_URL'],
  ['HOLDFAST_NOTES_LIMITS', 'HOLDFAST_NOTES_LIMIT'],
])('an unknown %s is a fault that suggests %s', (name, meant) => {
  expect(faultsOf({ env: { [name]: 'x' } })).toEqual([
    `${name} (environment): no such setting; did you mean ${meant}?`,
  ])
})

test('an unknown HOLDFAST_ name that is like nothing is a fault too', () => {
  expect(faultsOf({ env: { HOLDFAST_XYZZY_QUUX: 'x' } })).toEqual([
    'HOLDFAST_XYZZY_QUUX (environment): no such setting',
  ])
})

test.each(['DATABSE_URL', 'DATABASE_ULR', 'REDIS_URRL', 'SUPABASE_ANNON_KEY'])(
  '%s in the environment is a slip',
  (name) => {
    expect(faultsOf({ env: { [name]: 'x' } })[0]).toContain('did you mean')
  },
)

test.each(['POST', 'HOSTNAME', 'DATABASE_URL_2', 'DATABASE_URLS', 'NODE_ENV', 'DATA', 'MODULE', 'PORTS'])(
  '%s in the environment is somebody else’s',
  (name) => {
    expect(faultsOf({ env: { [name]: 'x' } })).toEqual([])
  },
)

test('a missing underscore in the environment is a warning', () => {
  expect(load({ env: { LOGLEVEL: 'debug' } }).warnings).toEqual([
    'LOGLEVEL (environment): no such setting; did you mean LOG_LEVEL?',
  ])
})

test('the env file is ours: near misses in it are faults, foreign names are not', () => {
  expect(faultsOf({ cwd: writeEnvFile('POTR=1\nLOG_LEVLE=INFO\nNEXT_PUBLIC_URL_OF_APP=x\n') })).toEqual([
    'POTR (env file): no such setting; did you mean PORT?',
    'LOG_LEVLE (env file): no such setting; did you mean LOG_LEVEL?',
  ])
})

test.each([
  [{ MODULES: 'note' }, 'MODULES: there is no module note; did you mean notes?'],
  [{ PORT: '9465' }, 'OTEL_PROMETHEUS_PORT: must differ from PORT (both are 9465)'],
  [
    { OAUTH_ISSUER: 'https://auth.example.com' },
    'OAUTH_ISSUER: needs PUBLIC_URL, the address under which tokens are asked for',
  ],
  [
    { OAUTH_JWKS_URL: 'https://auth.example.com/keys' },
    'OAUTH_JWKS_URL: needs OAUTH_ISSUER, whose tokens it is for',
  ],
  [{ OAUTH_AUDIENCE: 'api' }, 'OAUTH_AUDIENCE: needs OAUTH_ISSUER, whose tokens it is for'],
  [
    { OAUTH_ISSUER: 'http://auth.example.com' },
    'OAUTH_ISSUER (environment): must be an https:// URL without query and fragment (http:// only for loopback, private addresses and names without a dot)',
  ],
  [
    { OAUTH_ALGORITHMS: 'RS256,HS256' },
    'OAUTH_ALGORITHMS (environment): must be a comma list of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, Ed25519',
  ],
  [
    { OAUTH_SCOPE_MAP: 'Journal.Read' },
    'OAUTH_SCOPE_MAP (environment): must be a comma list like Journal.Read=journal:read,mcp.all=*',
  ],
  [{ STATUS_ENDPOINT: '/health' }, 'STATUS_ENDPOINT: must differ from HEALTH_CHECK_ENDPOINT'],
  [{ STATUS_ENDPOINT: '/mcp' }, 'STATUS_ENDPOINT: the server has something else at /mcp'],
  [{ HEALTH_CHECK_ENDPOINT: '/livez' }, 'HEALTH_CHECK_ENDPOINT: the server has something else at /livez'],
  [{ STATUS_ENDPOINT: 'status' }, 'STATUS_ENDPOINT (environment): must be a path like /health'],
  [
    { TRUSTED_PROXIES: '10.0.0.0/40' },
    'TRUSTED_PROXIES (environment): must be a comma list of addresses or CIDRs like 10.0.0.0/8',
  ],
  [
    { ALLOWED_ORIGINS: '*' },
    'ALLOWED_ORIGINS (environment): must be a comma list of origins like https://app.example.com (a star is not allowed)',
  ],
  [
    { API_KEY_PREFIX: 'a_b' },
    'API_KEY_PREFIX (environment): must be 1 to 20 letters and digits, a letter first',
  ],
])('%p is refused', (env, fault) => {
  expect(faultsOf({ env })).toEqual([fault])
})

test.each([
  { MODULES: ' notes , ' },
  { PORT: '0', OTEL_PROMETHEUS_PORT: '0' },
  { PORT: '9465', OTEL_PROMETHEUS_ENABLED: 'no' },
  { TRUSTED_PROXIES: '10.0.0.0/8, fd00::/8,127.0.0.1' },
  { ALLOWED_ORIGINS: 'https://app.example.com,http://localhost,http://[::1]:3000' },
  { MAX_REQUEST_SIZE: '1gb' },
  { HOLDFAST_BINARY: '/x', HOLDFAST_ALLOW_BUN_OPTIONS: '1', HOLDFAST_URL: 'x', HOLDFAST_KEY: 'x' },
])('%p is fine', (env) => {
  expect(faultsOf({ env })).toEqual([])
})

test('a line of the env file that sets nothing is warned about by its number, never by what is in it', () => {
  const text = [
    '# all of these are fine',
    'PORT=1',
    'export HOST=h',
    "  NOTES_TOKEN = 'two",
    'lines'.concat("'"),
    '',
    'hidden garbage',
    'BEGIN hidden=1',
    '=hidden',
    'ENVIRONMENT="hidden and never closed',
  ].join('\r\n')
  const cwd = writeEnvFile(text)
  const { warnings, config } = load({ cwd })
  expect(warnings).toEqual(
    [7, 8, 9, 10].map((line) => `${cwd}/.env, line ${line}: is no NAME=value, and was left out`),
  )
  expect(config).toMatchObject({ PORT: 1, HOST: 'h' })
})

test('a bucket without its keys is a fault that names our settings', () => {
  const env: Record<string, string> = { BACKUP_TO: 's3://bucket/prefix' }
  expect(faultsOf({ env })).toEqual([
    'BACKUP_TO: an s3:// address needs BACKUP_S3_ACCESS_KEY_ID and BACKUP_S3_SECRET_ACCESS_KEY',
  ])
  env.AWS_ACCESS_KEY_ID = 'id'
  expect(faultsOf({ env })).toEqual(['BACKUP_TO: an s3:// address needs BACKUP_S3_SECRET_ACCESS_KEY'])
  env.BACKUP_S3_SECRET_ACCESS_KEY = 'secret'
  expect(faultsOf({ env })).toEqual([])
})

test('keys of age that are none are faults, and are not repeated', () => {
  const env = { BACKUP_AGE_RECIPIENT: 'age2foo', BACKUP_AGE_IDENTITY: 'planted' }
  expect(faultsOf({ env })).toEqual([
    'BACKUP_AGE_RECIPIENT: must be a public key of age (age1…), as age-keygen prints it',
    'BACKUP_AGE_IDENTITY: must be a secret key of age (AGE-SECRET-KEY-1…)',
  ])
})
