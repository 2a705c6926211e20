/** What a value of fly.toml may be; a record is a table, a list of one is an array of tables. */
type Shape =
  | 'text'
  | 'flag'
  | 'count'
  | 'duration'
  | 'texts'
  | 'texts by name'
  | 'any'
  | { [key: string]: Shape }
  | [Shape]

const check: Shape = {
  interval: 'duration',
  timeout: 'duration',
  grace_period: 'duration',
  method: 'text',
  path: 'text',
  protocol: 'text',
  tls_skip_verify: 'flag',
  tls_server_name: 'text',
  headers: 'texts by name',
}
const machine: Shape = {
  size: 'text',
  memory: 'any',
  memory_mb: 'count',
  cpus: 'count',
  cpu_kind: 'text',
  processes: 'texts',
}

/** The part of flyctl's format that a file of ours may use; anything beyond is a mistake until it is added here. */
const format: Shape = {
  app: 'text',
  primary_region: 'text',
  kill_signal: 'text',
  kill_timeout: 'duration',
  swap_size_mb: 'count',
  build: {
    image: 'text',
    dockerfile: 'text',
    'build-target': 'text',
    ignorefile: 'text',
    args: 'texts by name',
  },
  deploy: {
    strategy: 'text',
    max_unavailable: 'any',
    wait_timeout: 'duration',
    release_command: 'text',
    release_command_timeout: 'duration',
    release_command_vm: machine,
  },
  env: 'texts by name',
  mounts: [
    {
      source: 'text',
      destination: 'text',
      initial_size: 'any',
      snapshot_retention: 'count',
      scheduled_snapshots: 'flag',
      auto_extend_size_threshold: 'count',
      auto_extend_size_increment: 'text',
      auto_extend_size_limit: 'text',
      processes: 'texts',
    },
  ],
  http_service: {
    internal_port: 'count',
    force_https: 'flag',
    auto_stop_machines: 'any',
    auto_start_machines: 'flag',
    min_machines_running: 'count',
    processes: 'texts',
    concurrency: { type: 'text', soft_limit: 'count', hard_limit: 'count' },
    http_options: { idle_timeout: 'count', compress: 'flag', h2_backend: 'flag' },
    checks: [check],
  },
  metrics: [{ port: 'count', path: 'text', https: 'flag', processes: 'texts' }],
  vm: [machine],
}

const isText = (value: unknown) => typeof value === 'string'
const fits: Record<string, (value: unknown) => boolean> = {
  text: isText,
  flag: (value) => typeof value === 'boolean',
  count: (value) => Number.isInteger(value),
  duration: (value) => typeof value === 'number' || /^(\d+(ms|s|m|h))+$/.test(String(value)),
  texts: (value) => Array.isArray(value) && value.every(isText),
  'texts by name': (value) => Object.values(Object(value)).every(isText),
  any: () => true,
}

/** Values of a wrong shape and keys that flyctl would silently ignore. */
function misshapen(value: unknown, shape: Shape, path: string): string[] {
  if (isText(shape)) return fits[shape as string]!(value) ? [] : [`${path} must be ${shape}`]
  if (Array.isArray(shape)) {
    if (!Array.isArray(value)) return [`${path} must be an array of tables: [[${path}]]`]
    return value.flatMap((one, at) => misshapen(one, shape[0], `${path}[${at}]`))
  }
  if (Array.isArray(value) || typeof value !== 'object') return [`${path} must be one table: [${path}]`]
  return Object.entries(value ?? {}).flatMap(([key, inner]) => {
    const at = path ? `${path}.${key}` : key
    const inside = (shape as Record<string, Shape>)[key]
    return inside ? misshapen(inner, inside, at) : [`${at} is no key of fly.toml`]
  })
}

// biome-ignore lint/suspicious/noExplicitAny: its shape was checked before
type Parsed = any

/** Each rule gives back what is wrong, or nothing. */
const rules: ((file: Parsed) => (string | false | undefined)[])[] = [
  ({ kill_signal, kill_timeout, env }) => [
    kill_signal !== 'SIGTERM' && 'kill_signal must be SIGTERM: the documents disagree on the default',
    !(Number.parseInt(kill_timeout, 10) >= Number(env?.SHUTDOWN_TIMEOUT_SECONDS) + 5) &&
      'kill_timeout must leave 5 s beyond SHUTDOWN_TIMEOUT_SECONDS',
  ],
  ({ http_service: http }) => [
    !http?.internal_port && 'http_service.internal_port is missing',
    !http?.checks?.some((one: Parsed) => one.path === '/readyz') && 'nothing asks /readyz',
    ![undefined, 'off', 'stop', 'suspend'].includes(http?.auto_stop_machines) &&
      'auto_stop_machines: off, stop or suspend',
    http?.auto_stop_machines !== 'off' &&
      http?.auto_start_machines === false &&
      'machines stop but never start',
    http?.auto_stop_machines !== 'off' &&
      !(http?.min_machines_running > 0) &&
      'min_machines_running 0 stops jobs and loses sessions',
  ],
  ({ http_service: http, swap_size_mb }) => [
    http?.auto_stop_machines === 'suspend' && swap_size_mb && 'suspend needs a machine without swap',
  ],
  ({ mounts = [], deploy }) => [
    mounts.length > 0 &&
      ['canary', 'bluegreen'].includes(deploy?.strategy) &&
      `${deploy.strategy} cannot have volumes`,
    mounts.length > 0 &&
      deploy?.release_command &&
      'release_command has no volume: SQLite is migrated at start',
    !['canary', 'rolling', 'immediate', 'bluegreen', undefined].includes(deploy?.strategy) &&
      'unknown strategy',
  ],
  ({ mounts = [], env, deploy }) => [
    !deploy?.release_command &&
      !mounts.some(({ destination }: Parsed) => env?.DATA_DIR?.startsWith(destination)) &&
      'DATA_DIR is on no volume: data is gone with the next deploy',
    ...mounts.flatMap((mount: Parsed) => [
      !(mount.snapshot_retention >= 1 && mount.snapshot_retention <= 60) && 'snapshot_retention is 1 to 60',
      !(mount.auto_extend_size_threshold >= 50 && mount.auto_extend_size_threshold <= 99) &&
        'auto_extend_size_threshold is 50 to 99',
    ]),
  ],
  ({ metrics = [], http_service: http }) =>
    metrics.map(({ port }: Parsed) => port === http?.internal_port && 'metrics are on the public port'),
  ({ env = {} }) =>
    Object.entries(env).flatMap(([name, value]) => [
      name.startsWith('FLY_') && `env.${name}: FLY_ is reserved`,
      /SECRET|TOKEN|PASSWORD|PRIVATE|API_?KEY|DATABASE_URL/i.test(name) && `env.${name} looks like a secret`,
      /:\/\/[^/@\s]+:[^/@\s]+@/.test(String(value)) && `env.${name} has a password in it`,
      /\/\/(redis|db|postgres)[:/]/.test(String(value)) && `env.${name} names a host of Compose's`,
    ]),
]

/** Everything that is wrong with a fly.toml of ours. */
export function flyFaults(text: string): string[] {
  const file = Bun.TOML.parse(text)
  const faults = misshapen(file, format, '')
  return faults.length > 0
    ? faults
    : rules.flatMap((rule) => rule(file)).filter((one): one is string => Boolean(one))
}
