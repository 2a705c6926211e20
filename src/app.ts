import { migrations } from '../migrations'
import type { Module } from './core/module'
import { code } from './modules/code'
import { journal } from './modules/journal'
import { metrics } from './modules/metrics'
import { appendAudit } from './platform/audit/chain'
import { backupJobs, backupSeries } from './platform/backup/jobs'
import { completeRestore } from './platform/backup/swap'
import type { Loaded } from './platform/config/load'
import type { Config } from './platform/config/settings'
import { createDispatcher, type Dispatcher } from './platform/dispatch/dispatch'
import { createHealth, type Health } from './platform/http/health'
import { createHttp } from './platform/http/http'
import { createProbes } from './platform/http/probes'
import type { Identity } from './platform/identity/identity'
import { createIdentity } from './platform/identity/open'
import type { Jobs } from './platform/jobs/jobs'
import { createJobs } from './platform/jobs/open'
import type { Limits } from './platform/limits/limits'
import { openLimits } from './platform/limits/open'
import type { Extension } from './platform/mcp/extension'
import { createMcp, type Mcp, type McpParts } from './platform/mcp/mcp'
import { platformResources } from './platform/mcp/platform-resources'
import { createMigrator, type Migrator } from './platform/storage/migrate'
import { openStorage } from './platform/storage/open'
import type { Storage } from './platform/storage/storage'
import { createTasks } from './platform/tasks/open'
import type { Tasks } from './platform/tasks/tasks'
import { createTelemetry } from './platform/telemetry/open'
import type { Telemetry } from './platform/telemetry/telemetry'
import { refuseUnfinished } from './platform/transfer/unfinished'
import { type Started, startModules } from './start-modules'
import { version } from './version'

/** Every module that is built in, in the order in which its tools are listed. Adding one is a line here. */
export const modules: Module[] = [journal, metrics, code]

/** What every command stands on: settings, logs, the open database. */
export interface Platform {
  config: Config
  loaded: Loaded
  telemetry: Telemetry
  storage: Storage
  migrator: Migrator
  close(): Promise<void>
}

/** The whole server, listening to nothing yet. */
export interface App extends Platform {
  dispatcher: Dispatcher
  identity: Identity
  limits: Limits
  jobs: Jobs
  health: Health
  mcp: Mcp
  /** For transports of MCP beside HTTP. */
  mcpParts: McpParts
  fetch: ReturnType<typeof createHttp>['fetch']
  probes: ReturnType<typeof createProbes>
  /** Readiness falls; requests are still answered. */
  drain(): void
}

export interface AppOptions {
  /** The modules to run; those of MODULES when absent. */
  modules?: Module[]
  /** Apply pending migrations on Postgres too. SQLite always migrates itself. */
  migrate?: boolean
  /** Milliseconds since the epoch; tests move it. */
  now?: () => number
  fetch?: typeof fetch
  /** Background jobs run in this process, and what modules do of themselves. Default true. */
  jobs?: boolean
  /** The words that start this program; without them it makes no backups by itself. */
  self?: readonly string[]
  /** Served over MCP beside the operations. */
  extensions?: readonly Extension[]
}

/** Opens logs and the database; applies no migration. */
export async function openPlatform(loaded: Loaded): Promise<Platform> {
  const { config } = loaded
  const telemetry = createTelemetry(config)
  if (config.DATA_DIR && completeRestore(config.DATA_DIR))
    telemetry.log('backup').warn('a restore that was interrupted is done now')
  const seconds = telemetry.meter.histogram('db_query_duration_seconds', 'Time of one read or write scope.', [
    'operation',
  ])
  const took = { read: seconds.bind({ operation: 'read' }), write: seconds.bind({ operation: 'write' }) }
  const storage = await openStorage(config, {
    onQuery: (operation, time) => took[operation](time),
    statementSeconds: config.REQUEST_TIMEOUT_SECONDS,
  })
  const pool = telemetry.meter.gauge('db_pool_connections', 'Connections to the database by state.', [
    'state',
  ])
  if (config.DATA_DIR) telemetry.onExposition(backupSeries(telemetry.meter, config.DATA_DIR))
  telemetry.onExposition(() => {
    for (const [state, count] of Object.entries(storage.connections())) pool(count, { state })
  })
  return {
    config,
    loaded,
    telemetry,
    storage,
    migrator: createMigrator(storage, migrations),
    async close() {
      await storage.close()
      await telemetry.flush()
    },
  }
}

/** Builds the server from its parts: config → storage → modules → transports. Throws when the schema does not fit. */
export async function createApp(loaded: Loaded, options: AppOptions = {}): Promise<App> {
  const platform = await openPlatform(loaded)
  try {
    await fitSchema(platform, options.migrate ?? false)
    return await assemble(platform, options)
  } catch (error) {
    await platform.close()
    throw error
  }
}

/** Brings SQLite to this schema; on Postgres only with `migrate`, else throws what to run. */
export async function fitSchema({ storage, migrator }: Platform, migrate: boolean): Promise<void> {
  await refuseUnfinished(storage)
  const { current, needed, newer, pending, changed } = await migrator.status()
  if (newer) {
    throw new Error(
      `schema is at ${current}, this binary knows ${needed}: run a newer binary, or migrate down with the newer one`,
    )
  }
  if (changed.length > 0) {
    throw new Error(
      `schema step ${changed.join(', ')} is not the one that this binary has: use the binary that applied it, or restore a backup`,
    )
  }
  if (pending.length === 0) return
  if (storage.dialect === 'postgres' && !migrate) {
    const at = current ?? '0000'
    throw new Error(
      `schema is at ${at}, this binary needs ${needed}: run 'holdfast migrate up' (or serve --migrate)`,
    )
  }
  await migrator.up()
}

async function assemble(platform: Platform, options: AppOptions): Promise<App> {
  const { config, storage, telemetry } = platform
  const { meter } = telemetry
  const now = options.now ?? Date.now
  const limits = await openLimits({ config, storage, meter, log: telemetry.log('limits'), now })
  const outgoing = options.fetch ?? fetch
  const identity = createIdentity({ config, storage, limits, meter, now, fetch: outgoing })
  const newId = () => Bun.randomUUIDv7()
  const jobs = createJobs({
    storage,
    log: telemetry.log('jobs'),
    meter,
    now,
    newId,
    folder: config.DATA_DIR ?? './data',
  })
  const started = await startModules(options.modules ?? chosen(config), {
    ...platform,
    limits,
    jobs,
    identity,
    fetch: (url, init) => outgoing(url, init),
    now,
    newId,
  })
  const dispatcher = createDispatcher(started.mounted, {
    storage,
    limits,
    appendAudit,
    now,
    timeoutSeconds: config.REQUEST_TIMEOUT_SECONDS,
  })
  const health = healthOf(platform, limits, identity, started)
  const { extensions = [] } = options
  const resources = platformResources({
    status: async () => (await health.status()).body,
    usage: (principal) => limits.usage(principal),
  })
  const log = telemetry.log('mcp')
  const background = options.jobs ?? true
  const ttlMs = config.MCP_TASK_TTL_MINUTES * 60_000
  const tasks = background ? createTasks({ storage, log, now, ttlMs }) : undefined
  const mcpParts = { config, version, dispatcher, log, meter, now, resources, extensions, tasks, identity }
  const mcp = createMcp(mcpParts)
  const http = createHttp({ config, version, dispatcher, identity, limits, health, mcp, telemetry })
  await started.ready
  if (background) started.begin()
  if (background)
    jobs.start([
      ...platformJobs(limits, tasks),
      ...(options.self ? backupJobs({ config, self: options.self, log: telemetry.log('backup') }) : []),
      ...started.mounted.flatMap((module) => module.jobs),
    ])
  return {
    ...platform,
    dispatcher,
    identity,
    limits,
    jobs,
    health,
    mcp,
    mcpParts,
    fetch: http.fetch,
    probes: createProbes({ health, telemetry }),
    drain() {
      health.drain()
      mcp.drain()
    },
    async close() {
      await jobs.stop()
      await mcp.close()
      await tasks?.close()
      await started.stop()
      health.close()
      await identity.settled()
      await limits.close()
      await platform.close()
    },
  }
}

const healthOf = (platform: Platform, limits: Limits, identity: Identity, { checks }: Started): Health =>
  createHealth({
    ...platform,
    version,
    limits,
    identity,
    components: checks,
    external: identity.issuers() ? { 'token issuer': async () => identity.issuers()! } : {},
  })

const platformJobs = (limits: Limits, tasks: Tasks | undefined) => [
  {
    kind: 'platform.prune_quotas',
    everySeconds: 3600,
    async run() {
      await limits.prune()
    },
  },
  {
    kind: 'platform.remove_tasks',
    everySeconds: 600,
    async run() {
      await tasks?.removeExpired()
    },
  },
]

const chosen = (config: Config) =>
  config.MODULES === undefined ? modules : modules.filter(({ name }) => config.MODULES!.includes(name))
