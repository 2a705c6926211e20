import { settings, type Values } from '../../core/setting'
import { backupSettings } from './backup-settings'
import { headerList, longSecret, networks, numericUser, origins, path, word } from './kinds'
import { oauthSettings } from './oauth-settings'

/** Every setting of the platform. Modules declare theirs in their own folder. */
export const platformSettings = {
  HOST: settings.text({
    default: '127.0.0.1',
    aliases: ['METRICS_SERVICE_HOST', 'SERVER_HOST'],
    description: 'Address that both listeners bind. Containers and Fly machines set 0.0.0.0.',
  }),
  PORT: settings.int(
    0,
    65535,
  )({
    default: 8890,
    aliases: ['METRICS_SERVICE_PORT'],
    description: 'Port of the service. 0 takes any free port.',
  }),
  DATA_DIR: settings.path({
    default: undefined,
    defaultText: '$STATE_DIRECTORY under systemd, else ./data',
    description: 'Folder for everything local: the SQLite database, quotas, backups.',
  }),
  RUN_AS: numericUser({
    default: undefined,
    example: '65532:65532',
    description:
      'Started as root, give DATA_DIR to this user and group and go on as them. For images whose volume belongs to root.',
  }),
  DATABASE_URL: settings.url(
    'postgres',
    'postgresql',
  )({
    default: undefined,
    secret: true,
    example: 'postgres://holdfast:secret@db.example.com:5432/holdfast?sslmode=verify-full',
    description: 'Postgres or Supabase. Without it, SQLite in DATA_DIR. `sslmode` in the URL is honoured.',
  }),
  DATABASE_POOL_SIZE: settings.int(
    1,
    200,
  )({
    default: 10,
    description:
      'Connections to Postgres of this process. While repositories are indexed, the thread that does it holds 2 more.',
  }),
  DATABASE_SSL_CA: settings.text({
    default: undefined,
    description:
      'PEM text or the path of a PEM file with the CA that signed the database server’s certificate.',
  }),
  SUPABASE_URL: settings.url(
    'https',
    'http',
  )({
    default: undefined,
    example: 'https://abcdefghijklmnopqrst.supabase.co',
    description: 'Supabase project whose users’ tokens are accepted (verified against its published keys).',
  }),
  SUPABASE_ANON_KEY: settings.text({
    default: undefined,
    secret: true,
    aliases: ['SUPABASE_PUBLISHABLE_KEY'],
    description: 'Publishable (sb_publishable_…) or legacy anon key; used by checks only.',
  }),
  SUPABASE_SERVICE_KEY: settings.text({
    default: undefined,
    secret: true,
    aliases: ['SUPABASE_SERVICE_ROLE_KEY', 'SUPABASE_SECRET_KEY'],
    description: 'Secret (sb_secret_…) or legacy service_role key; used by checks only.',
  }),
  SUPABASE_JWT_SECRET: settings.text({
    default: undefined,
    secret: true,
    description:
      'Legacy shared secret (HS256) of Supabase Auth. Leave it unset where the project signs with JWKS keys.',
  }),
  REDIS_URL: settings.url(
    'redis',
    'rediss',
  )({
    default: undefined,
    secret: true,
    description: 'Redis for quotas shared between machines without a database round trip.',
  }),
  MODULES: settings.list({
    default: undefined,
    defaultText: 'all that are built in',
    description: 'Comma list of the modules to run.',
  }),
  ENVIRONMENT: settings.text({
    default: 'development',
    description: 'Name of the environment, shown in /status and logs.',
  }),
  LOG_LEVEL: settings.choice(
    'DEBUG',
    'INFO',
    'WARNING',
    'ERROR',
  )({
    default: 'INFO',
    description: 'The least severe level that is logged.',
  }),
  LOG_FORMAT: settings.choice(
    'json',
    'text',
  )({
    default: undefined,
    defaultText: 'text on a terminal, else json',
    description: 'JSON lines for machines or short lines for people.',
  }),
  MCP_SERVER_NAME: settings.text({
    default: 'Holdfast',
    description: 'Name under which MCP clients see the server.',
  }),
  MCP_SESSION_LIMIT: settings.int(
    0,
    1_000_000,
  )({
    default: 10_000,
    description:
      'MCP sessions that this process keeps; beyond it the longest idle one goes. 0 hands out none: for several machines that share no clients.',
  }),
  MCP_SESSION_IDLE_MINUTES: settings.int(
    1,
    1440,
  )({
    default: 30,
    description: 'Minutes without a request or an open stream after which an MCP session ends.',
  }),
  MCP_TOOLSETS: settings.list({
    default: [],
    description:
      'Modules whose tools MCP clients see that do not say which; `all` for every tool of every module. Unset: the tools that most callers need, of every module.',
    example: 'journal,metrics',
  }),
  MCP_TOOLS_PAGE_SIZE: settings.int(
    0,
    1000,
  )({
    default: 0,
    description: 'Tools on a page of tools/list; 0 gives the whole list at once.',
  }),
  MCP_TASK_TTL_MINUTES: settings.int(
    1,
    1440,
  )({
    default: 60,
    description: 'Minutes that an MCP task may run and its result is kept, from its beginning.',
  }),
  PUBLIC_URL: settings.url(
    'https',
    'http',
  )({
    default: undefined,
    example: 'https://mcp.example.com',
    description: 'URL under which clients reach the server; its host is allowed in Host and Origin.',
  }),
  ALLOWED_ORIGINS: origins({
    default: undefined,
    defaultText: 'loopback origins',
    aliases: ['KOTA_ALLOWED_ORIGINS', 'CORS_ORIGINS'],
    example: 'https://app.example.com,http://localhost',
    description: 'Browser origins that may call: exact, or scheme and host alone for any port.',
  }),
  TRUSTED_PROXIES: networks({
    default: [],
    defaultText: 'none',
    example: '127.0.0.1/32,10.0.0.0/8',
    description: 'CIDRs of proxies whose X-Forwarded-For or Fly-Client-IP header names the client.',
  }),
  MAX_REQUEST_SIZE: settings.size({
    default: 10 * 1024 * 1024,
    defaultText: '10MB',
    description: 'Larger request bodies are answered with 413 before they are parsed.',
  }),
  REQUEST_TIMEOUT_SECONDS: settings.int(
    1,
    3600,
  )({
    default: 60,
    description: 'A call that runs longer is aborted and answered with 504.',
  }),
  HEALTH_CHECK_ENDPOINT: path({ default: '/health', description: 'Path of the health answer.' }),
  STATUS_ENDPOINT: path({ default: '/status', description: 'Path of the detailed status answer.' }),
  OTEL_PROMETHEUS_ENABLED: settings.bool({
    default: true,
    description: 'Serve Prometheus exposition (and the probes) on its own port.',
  }),
  OTEL_PROMETHEUS_PORT: settings.int(
    0,
    65535,
  )({
    default: 9465,
    description: 'Port of the Prometheus exposition. A busy port is a start error.',
  }),
  OTEL_OTLP_ENDPOINT: settings.url(
    'https',
    'http',
  )({
    default: undefined,
    example: 'http://127.0.0.1:4318',
    description: 'OTLP/HTTP collector that metrics are pushed to as JSON; credentials may stand in the URL.',
  }),
  OTEL_EXPORTER_OTLP_HEADERS: headerList({
    default: [],
    defaultText: 'none',
    secret: true,
    example: 'x-api-key=YOUR_KEY',
    description:
      'Headers that are sent with each push, as `name=value` with commas between; values are percent-encoded.',
  }),
  OTEL_OTLP_EXPORT_INTERVAL_MS: settings.int(
    100,
    3_600_000,
  )({
    default: 30_000,
    description: 'Milliseconds between two pushes.',
  }),
  SHUTDOWN_DELAY_SECONDS: settings.int(
    0,
    600,
  )({
    default: 0,
    description:
      'Seconds between readiness falling and new connections being refused, for proxies that look at /readyz now and then. Part of SHUTDOWN_TIMEOUT_SECONDS.',
  }),
  SHUTDOWN_TIMEOUT_SECONDS: settings.int(
    0,
    300,
  )({
    default: 10,
    description: 'How long requests in flight get to finish after SIGTERM or SIGINT.',
  }),
  API_KEY_PREFIX: word({
    default: 'kota',
    description: 'First word of new API keys: `<prefix>_<tier>_<id>_<secret>`.',
  }),
  IDENTITY_NAMESPACE: settings.text({
    default: '',
    defaultText: 'empty',
    example: 'fortunamind:v1:',
    description:
      'Put before a normalized email when it is hashed into an owner id. Never change it once there is data.',
  }),
  ...oauthSettings,
  ...backupSettings,
  METRICS_ADMIN_API_KEY: longSecret({
    default: undefined,
    secret: true,
    description:
      'A key that may look at all metrics and manage their retention, beside keys with the scope admin. At least 32 characters, e.g. from `openssl rand -hex 32`.',
  }),
  'METRICS_API_KEY_*': settings.family({
    default: {},
    defaultText: 'none',
    secret: true,
    description:
      'Ingest keys of services: METRICS_API_KEY_AUTH_SERVER is the key of the service auth-server, METRICS_API_KEY_ANY one for all. Taken at start; without its variable a key no longer works.',
  }),
} as const

/** The parsed platform settings, with computed defaults filled in by `loadConfig`. */
export type Config = Values<typeof platformSettings>
