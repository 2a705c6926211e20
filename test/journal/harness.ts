import { tmpdir } from 'node:os'
import type { Host } from '../../src/core/module'
import type { Operation } from '../../src/core/operation'
import type { Principal, Tier } from '../../src/core/principal'
import type { Told } from '../../src/core/within'
import { localFiles } from '../../src/local-databases'
import type { JournalSettings } from '../../src/modules/journal/settings'
import { appendAudit } from '../../src/platform/audit/chain'
import { createDispatcher } from '../../src/platform/dispatch/dispatch'
import type { Limits } from '../../src/platform/limits/limits'
import type { Storage } from '../../src/platform/storage/storage'

/** Who calls, and with which request headers. */
export interface As {
  owner?: string
  tier?: Tier
  principal?: Partial<Principal>
  headers?: Record<string, string>
  transport?: 'rest' | 'mcp' | 'stdio' | 'cli'
}

export type Journal = ReturnType<typeof openJournal>

export interface JournalOptions {
  settings?: Partial<JournalSettings>
  now?: () => number
  fetch?: Host<JournalSettings>['fetch']
}

/** The journal's operations over a real database, through the real dispatcher, for callers without quotas. */
export function openJournal(
  storage: Storage,
  build: (host: Host<JournalSettings>) => Operation[],
  options: JournalOptions = {},
) {
  const now = options.now ?? Date.now
  const operations = build(hostOver(storage, now, options))
  const mounted = [{ module: 'journal', title: '', description: '', operations, routes: [], jobs: [] }]
  const limits = { tell: (_: unknown, __: unknown, told: Told) => told.end(null) } as unknown as Limits
  const dispatcher = createDispatcher(mounted, { storage, limits, appendAudit, now, timeoutSeconds: 60 })
  return {
    /** Calls an operation; throws AppError as a transport would see it. */
    // biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
    async call(name: string, input: Record<string, unknown> = {}, as: As = {}): Promise<any> {
      const bound = dispatcher.find(name)
      if (!bound) throw new Error(`no operation ${name}`)
      const output = await dispatcher.dispatch(bound, input, contextOf(as))
      return JSON.parse(JSON.stringify(output))
    },
  }
}

function contextOf({
  owner = 'tester',
  tier = 'enterprise',
  principal,
  headers = {},
  transport = 'rest',
}: As) {
  const lower = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  )
  return {
    principal: { id: owner, tier, scopes: ['*'], kind: 'key' as const, ...principal },
    requestId: 'test',
    transport,
    signal: new AbortController().signal,
    header: (name: string) => lower[name.toLowerCase()],
  }
}

function hostOver(storage: Storage, now: () => number, options: JournalOptions): Host<JournalSettings> {
  const silent = () => {}
  const recorder = Object.assign(silent, { of: () => silent })
  const limits = { burst: 20, hour: 100, day: 1000, month: 10000 }
  return {
    settings: { COINBASE_API_URL: 'https://api.coinbase.com', ...options.settings } as JournalSettings,
    dialect: storage.dialect,
    log: { debug: silent, info: silent, warn: silent, error: silent },
    meter: {
      counter: () => recorder,
      gauge: () => silent,
      histogram: () => recorder,
      onExposition: silent,
      readings: async () => [],
    },
    now,
    newId: () => Bun.randomUUIDv7(),
    folder: () => '/nonexistent',
    fetch: options.fetch ?? fetch,
    usage: async ({ tier }) => ({
      tier,
      current_usage: { hour: 1 },
      limits,
      reset_times: {},
      utilization_percentage: { hour: 1 },
    }),
    enqueue: async () => 'job',
    acceptSenders: async () => 0,
    openThread: () => {
      throw new Error('the journal has no thread')
    },
    ...localFiles(tmpdir()),
  }
}

/** The code of the AppError that a call ends with. */
export async function refusalOf(
  work: Promise<unknown>,
): Promise<{ kind: string; message: string; path?: string }> {
  try {
    await work
  } catch (error) {
    const { kind, message, errors } = error as { kind: string; message: string; errors?: { path: string }[] }
    if (kind === undefined) throw error
    return { kind, message, path: errors?.[0]?.path }
  }
  throw new Error('nothing was refused')
}
