import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrations } from '../../migrations'
import type { AppError } from '../../src/core/errors'
import type { Dialect } from '../../src/core/storage'
import type { Credentials, Identity } from '../../src/platform/identity/identity'
import { createIdentity, type IdentityParts } from '../../src/platform/identity/open'
import { openLimits } from '../../src/platform/limits/open'
import { createMigrator } from '../../src/platform/storage/migrate'
import { openStorage } from '../../src/platform/storage/open'
import type { Storage } from '../../src/platform/storage/storage'
import { createTelemetry } from '../../src/platform/telemetry/open'

/** What the work was refused with. */
export const refusal = (work: Promise<unknown>): Promise<AppError> =>
  work.then(
    () => Promise.reject(new Error('it was accepted')),
    (error) => error,
  )

export const dialects: Dialect[] = ['sqlite', 'postgres']

/** A migrated database of its own, and whatever opens it again as another process would. */
export interface Ground {
  storage: Storage
  folder: string
  url: string | undefined
  reopen(): Promise<Storage>
  close(): Promise<void>
}

export async function openGround(dialect: Dialect): Promise<Ground> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-identity-'))
  const url = dialect === 'postgres' ? await createUrl() : undefined
  const reopen = () =>
    openStorage({ DATA_DIR: folder, DATABASE_URL: url, DATABASE_POOL_SIZE: 10, DATABASE_SSL_CA: undefined })
  const opened: Storage[] = []
  const open = async () => {
    const storage = await reopen()
    opened.push(storage)
    return storage
  }
  const storage = await open()
  await createMigrator(storage, migrations).up()
  return {
    storage,
    folder,
    url,
    reopen: open,
    async close() {
      for (const one of opened) await one.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function createUrl(): Promise<string> {
  const { createDatabase } = await import('../kit/postgres')
  return (await createDatabase()).url
}

export interface Clock {
  (): number
  advance(ms: number): void
}

export function createClock(at = Date.parse('2026-11-21T12:00:00Z')): Clock {
  let now = at
  return Object.assign(() => now, {
    advance: (ms: number) => {
      now += ms
    },
  })
}

export interface Rig {
  identity: Identity
  clock: Clock
  /** Value of a series without labels. */
  series(name: string): Promise<number>
}

/** The identity part over real storage, limits and meter; only the clock and `fetch` are the test's. */
export async function openRig(
  storage: Storage,
  folder: string,
  parts: Partial<Pick<IdentityParts, 'config' | 'fetch' | 'limits'>> & { clock?: Clock } = {},
): Promise<Rig> {
  const clock = parts.clock ?? createClock()
  const telemetry = createTelemetry({ LOG_LEVEL: 'ERROR', LOG_FORMAT: 'json' }, { write: () => {} })
  const { meter } = telemetry
  const config = { DATA_DIR: folder, REDIS_URL: undefined }
  const limits =
    parts.limits ?? (await openLimits({ config, storage, meter, log: telemetry.log('test'), now: clock }))
  const identity = createIdentity({
    config: { IDENTITY_NAMESPACE: '', SUPABASE_URL: undefined, SUPABASE_JWT_SECRET: undefined },
    fetch: () => Promise.reject(new Error('no network here')),
    ...parts,
    storage,
    limits,
    meter,
    now: clock,
  })
  const series = async (name: string) => {
    const line = (await telemetry.exposition()).split('\n').find((text) => text.startsWith(`${name} `))
    return Number(line?.split(' ')[1] ?? 0)
  }
  return { identity, clock, series }
}

let lastAddress = 0

/** A request with these headers from an address of its own, so that one test's failures do not throttle another. */
export function sent(headers: Record<string, string>, address = `192.0.2.${lastAddress++}`): Credentials {
  const lower = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
  return { header: (name) => lower.get(name.toLowerCase()), address }
}

export const bearer = (key: string, address?: string) => sent({ authorization: `Bearer ${key}` }, address)
export const subscribed = (email: string, key: string, address?: string) =>
  sent({ 'x-user-email': email, 'x-subscription-key': key }, address)
