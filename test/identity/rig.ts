import type { AppError } from '../../src/core/errors'
import { auditHeads, auditLog } from '../../src/platform/audit/tables'
import { type Config, platformSettings } from '../../src/platform/config/settings'
import type { Credentials, Identity } from '../../src/platform/identity/identity'
import { createIdentity, type IdentityParts } from '../../src/platform/identity/open'
import { apiKeys, userSubscriptions } from '../../src/platform/identity/tables'
import { createAddresses } from '../../src/platform/limits/addresses'
import type { Storage } from '../../src/platform/storage/storage'
import { createTelemetry } from '../../src/platform/telemetry/open'

/** What the work was refused with. */
export const refusal = (work: Promise<unknown>): Promise<AppError> =>
  work.then(
    () => Promise.reject(new Error('it was accepted')),
    (error) => error,
  )

export interface Clock {
  (): number
  advance(ms: number): void
}

export function createClock(at = Date.now()): Clock {
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

const defaults = Object.fromEntries(
  Object.entries(platformSettings).map(([name, setting]) => [name, setting.default]),
)

/** The identity part over real storage, address counts and meter; only the clock and `fetch` are the test's. */
export function openRig(
  storage: Storage,
  { config, ...parts }: { config?: Partial<Config>; fetch?: IdentityParts['fetch']; clock?: Clock } = {},
): Rig {
  const clock = parts.clock ?? createClock()
  const telemetry = createTelemetry({ LOG_LEVEL: 'ERROR', LOG_FORMAT: 'json' }, { write: () => {} })
  const identity = createIdentity({
    config: { ...(defaults as Config), ...config },
    fetch: () => Promise.reject(new Error('no network here')),
    ...parts,
    storage,
    limits: { takeAddress: createAddresses(clock) },
    meter: telemetry.meter,
    now: clock,
  })
  const series = async (name: string) => {
    const line = (await telemetry.exposition()).split('\n').find((text) => text.startsWith(`${name} `))
    return Number(line?.split(' ')[1] ?? 0)
  }
  return { identity, clock, series }
}

/** Every row of the tables of this part, as text. */
export async function dumpRows(storage: Storage): Promise<string> {
  const tables = [apiKeys, userSubscriptions, auditLog, auditHeads]
  const rows = await storage.system.read((db) =>
    Promise.all(tables.map((table) => db.select().from(table.on(db.dialect)))),
  )
  return JSON.stringify(rows)
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
