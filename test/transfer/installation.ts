import { Database } from 'bun:sqlite'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { modules } from '../../src/app'
import type { Dialect } from '../../src/core/storage'
import { createKey } from '../../src/platform/identity/keys'
import { createSubscription } from '../../src/platform/identity/subscriptions'
import { openStorage } from '../../src/platform/storage/open'
import { storedTables } from '../../src/platform/transfer/platform-tables'
import { type FixtureServer, fixtureEnv, indexed } from '../code/kit'
import { startApp, type TestApp } from '../kit/app'
import { emptyFolder } from '../kit/folder'
import { createDatabase } from '../kit/postgres'

/** Where an installation stands: the settings that lead to it. */
export type Place = Record<string, string>

/** A data folder, and a database where the dialect wants one, that were never used. */
export async function emptyPlace(dialect: Dialect): Promise<Place> {
  const DATA_DIR = join(emptyFolder(), 'data')
  if (dialect === 'sqlite') return { DATA_DIR }
  return { DATA_DIR, DATABASE_URL: (await createDatabase({ migrated: false })).url }
}

/** What was made, and what goes on with it. */
export interface Filled {
  /** May do everything. */
  key: string
  /** Has quotas. */
  limited: string
  /** An indexed repository. */
  shop: Awaited<ReturnType<typeof indexed>>
}

/** Makes rows in every table through the server's own interfaces. */
export async function fill(place: Place, git: FixtureServer): Promise<Filled> {
  const app = await startApp({ env: { ...place, ...fixtureEnv(git) }, folder: place.DATA_DIR })
  const limited = await app.addKey('other', 'premium')
  await fillJournal(app, limited)
  const shop = await fillCode(app, git)
  await fillMetrics(app)
  await createSubscription(app.storage.system, { email: 'ann@example.org', tier: 'premium', namespace: 'x' })
  await app.mcpParts.tasks!.start({
    owner: 'ann',
    tool: 'x',
    input: { a: [1, 'ü'] },
    caller: { tier: 'free' },
  })
  await app.storage.system.write((tx) =>
    tx.execute(
      sql`insert into ${sql.raw(place.DATABASE_URL ? 'holdfast.' : '')}code_deliveries values ('d-1', ${new Date(1_700_000_000_123)})`,
    ),
  )
  await app.close()
  return { key: app.key, limited, shop }
}

async function call(app: TestApp, tool: string, input: unknown, key?: string): Promise<void> {
  const answer = await app.tool(tool, input, key)
  if (answer.isError || answer.error) throw new Error(`${tool}: ${JSON.stringify(answer)}`)
}

async function fillJournal(app: TestApp, other: string): Promise<void> {
  for (const [at, key] of [app.key, other].entries()) {
    await call(
      app,
      'store_journal_entry',
      { entry: 'Bought Ünïcode\n"BTC" 日本', tags: ['Plan'], metadata: { z: 1, a: [null, 1.5, -0.000001] } },
      key,
    )
    await call(
      app,
      'store_journal_entry',
      { entry: `sold ${at}`, client_id: 'c-1', occurred_at: '2024-02-29T23:59:59.999Z' },
      key,
    )
    await call(app, 'set_preference', { key: 'text', value: '1' }, key)
    await call(app, 'set_preference', { key: 'nothing', value: null }, key)
    await call(app, 'set_preference', { key: 'deep', value: { b: { d: [], c: false } }, category: 'x' }, key)
    await call(
      app,
      'store_record',
      { record_type: 'note', data: { '10': 1, '9': 2, big: 9007199254740991 } },
      key,
    )
  }
}

async function fillCode(app: TestApp, git: FixtureServer): Promise<Filled['shop']> {
  const shop = await indexed(app, git, 'acme/shop', {
    'package.json': '{"dependencies":{"left-pad":"^1.0.0"}}',
    'src/cart.ts':
      "import pad from 'left-pad'\nexport function total(prices: number[]) {\n  return pad(String(prices.length))\n}\n",
    'src/empty.ts': '',
  })
  await call(app, 'create_project', { name: 'Backend', repository_ids: [shop.id] })
  return shop
}

/** Sends metrics and waits until they are in their tables. */
export async function fillMetrics(app: TestApp): Promise<void> {
  const { key } = await createKey(app.storage.system, { service: 'shop' })
  const headers = { 'content-type': 'application/json', 'x-api-key': key }
  const metrics = [1, 2, 3].map((value) => ({ type: 'custom', value }))
  const body = JSON.stringify({ service: 'shop', metrics })
  for (const [path, init] of [
    ['/metrics', { body }],
    ['/flush', {}],
  ] as const) {
    const answer = await app.send(path, { method: 'POST', headers, ...init })
    if (!answer.ok) throw new Error(await answer.text())
  }
}

type Dump = Record<string, string[]>

/** Every row of every declared table, as text, sorted; without the numbers of the journal's search. */
export async function dump(place: Place): Promise<Dump> {
  const storage = await openStorage({
    DATABASE_URL: undefined,
    DATABASE_POOL_SIZE: 2,
    DATABASE_SSL_CA: undefined,
    ...place,
  } as never)
  try {
    return await storage.system.read(async (db) => {
      const tables: Dump = {}
      for (const table of storedTables(modules)) {
        const rows = await db.select().from(table.on(db.dialect))
        tables[table.name] = rows.map(({ docid: _, ...row }) => JSON.stringify(row, sortedKeys)).sort()
      }
      return tables
    })
  } finally {
    await storage.close()
  }
}

function sortedKeys(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Rows of a local metrics file; undefined when there is none. */
export function metricsIn({ DATA_DIR }: Place): unknown[] | undefined {
  const path = join(DATA_DIR!, 'metrics.db')
  if (!existsSync(path)) return undefined
  const db = new Database(path, { readonly: true })
  try {
    return db.query('select * from metrics order by id').all()
  } finally {
    db.close()
  }
}
