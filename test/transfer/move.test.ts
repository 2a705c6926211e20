import { afterAll, describe, expect, test } from 'bun:test'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Dialect } from '../../src/core/storage'
import { listTables } from '../../src/platform/storage/catalog'
import { openStorage } from '../../src/platform/storage/open'
import { cli, json } from '../cli/rig'
import { fixtureEnv, fixtureServer, index, indexed } from '../code/kit'
import { startApp } from '../kit/app'
import { emptyFolder } from '../kit/folder'
import { dump, emptyPlace, type Filled, fill, metricsIn, type Place } from './installation'

const git = fixtureServer()
afterAll(() => git.stop())

const directions: [Dialect, Dialect][] = [
  ['sqlite', 'postgres'],
  ['postgres', 'sqlite'],
]

describe.each(directions)('an installation moves from %s to %s', (from, to) => {
  test('row for row, with keys, search, code, metrics and an audit trail that goes on', async () => {
    const [source, target] = [await emptyPlace(from), await emptyPlace(to)]
    const filled = await fill(source, git)
    const file = join(emptyFolder(), 'all.tar')
    const exported = await json<{ tables: Record<string, number>; files: string[] }>(`export ${file}`, {
      env: source,
    })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readdirSync(join(file, '..'))).toEqual(['all.tar'])

    const before = await dump(source)
    expect(Object.entries(before).filter(([, rows]) => rows.length === 0)).toEqual([])
    const counts = Object.fromEntries(Object.entries(before).map(([name, rows]) => [name, rows.length]))
    expect(exported.tables).toEqual({ ...counts, quota_log: expect.any(Number) })

    const imported = await cli(`import ${file}`, { env: target })
    expect(imported.stderr.split('\n')).toHaveLength(2)
    expect(imported).toMatchObject({ code: 0 })
    expect(imported.stdout).toContain('counts and contents equal')
    expect(await dump(target)).toEqual(before)
    expect(metricsIn(target)).toEqual(metricsIn(source)!)
    expect(metricsIn(target)!.length).toBeGreaterThanOrEqual(3)
    expect(readdirSync(target.DATA_DIR!).filter((name) => /^\.|replaced/.test(name))).toEqual([])

    await goesOn(target, filled)
  }, 60_000)
})

/** A server on what was moved: the old key opens it, everything is found, and what is written follows on. */
async function goesOn(place: Place, { key, limited, shop }: Filled): Promise<void> {
  const app = await startApp({ env: { ...place, ...fixtureEnv(git) }, folder: place.DATA_DIR })
  const ask = async (tool: string, input: unknown) => {
    const answer = await app.tool(tool, input, key)
    expect([tool, answer.isError ?? false, answer.error]).toEqual([tool, false, undefined])
    return answer.structuredContent as Record<string, never>
  }
  expect(await ask('search_journal_entries', { query: '"bought unicode"' })).toMatchObject({ count: 1 })
  expect(await ask('get_preference', { key: 'nothing' })).toMatchObject({ found: true, value: null })
  expect(await ask('search_code', { query: 'prices.length' })).toMatchObject({
    results: [{ path: 'src/cart.ts' }],
  })
  expect(await ask('store_journal_entry', { entry: 'the first one here' })).toMatchObject({ success: true })
  expect(await ask('search_journal_entries', { query: 'first' })).toMatchObject({ count: 1 })
  const { structuredContent: figures } = await app.tool('get_user_stats', {}, limited)
  expect(figures).toMatchObject({ rate_limits: { current_usage: { month: 6 } } })
  shop.commit({ 'src/later.ts': 'export const arrived = 2\n' })
  shop.push()
  expect((await index(app, 'acme/shop', { key })).status).toBe('completed')
  expect(await ask('search_code', { query: 'arrived' })).toMatchObject({
    results: [{ path: 'src/later.ts' }],
  })
  expect(await ask('search_code', { query: 'prices.length' })).toMatchObject({ results: [{}] })
  // Numbers of the code index are given out by owner: a new owner's must be new.
  const stranger = await app.addKey('newcomer')
  await indexed(app, git, 'acme/other', { 'a.ts': 'export const fresh = 1\n' }, stranger)
  const found = await app.tool('search_code', { query: 'fresh' }, stranger)
  expect(found.structuredContent).toMatchObject({ results: [{ path: 'a.ts' }] })
  await app.close()
  expect(await json('audit verify', { env: place })).toMatchObject({ faults: [] })
}

test.each(['sqlite', 'postgres'] as const)(
  'on %s every table is moved, or declared to be made anew',
  async (dialect) => {
    const place = await emptyPlace(dialect)
    expect((await cli('migrate up', { env: place })).code).toBe(0)
    const storage = await openStorage({
      DATABASE_URL: undefined,
      DATABASE_POOL_SIZE: 1,
      DATABASE_SSL_CA: undefined,
      ...place,
    } as never)
    await storage.admin.transaction((session) =>
      session.run(
        `create table ${dialect === 'postgres' ? 'holdfast.' : ''}forgotten (id text primary key not null)`,
      ),
    )
    expect(await listTables(storage)).toContain('forgotten')
    await storage.close()
    const file = join(emptyFolder(), 'x.tar')
    const { code, stderr } = await cli(`export ${file}`, { env: place })
    expect([code, stderr.split('\n')[1]]).toEqual([
      1,
      'holdfast: the database has tables that this binary does not know (forgotten): export it with the binary that made them',
    ])
    expect(existsSync(file)).toBe(false)
  },
)

test.each(['sqlite', 'postgres'] as const)(
  'on %s a server that goes on writing is exported as it was at one moment',
  async (dialect) => {
    const [source, target] = [await emptyPlace(dialect), await emptyPlace('sqlite')]
    const app = await startApp({ env: source, folder: source.DATA_DIR })
    const stored: string[] = []
    let writes = true
    const store = async () => {
      while (writes) {
        const { structuredContent } = await app.tool('store_journal_entry', {
          entry: 'more and more',
          tags: ['x', 'y'],
        })
        stored.push((structuredContent as { entry_id: string }).entry_id)
      }
    }
    const writing = Promise.all([store(), store(), store()])
    while (stored.length < 200) await Bun.sleep(5)
    const before = [...stored]
    const file = join(emptyFolder(), 'x.tar')
    const exported = await cli(`export ${file}`, { env: source })
    writes = false
    await writing
    await app.close()
    expect(exported).toMatchObject({ code: 0 })
    expect(await cli(`import ${file}`, { env: target })).toMatchObject({ code: 0 })
    const { journal_entries } = await dump(target)
    const held = new Set(journal_entries!.map((row) => (JSON.parse(row) as { id: string }).id))
    expect(before.filter((id) => !held.has(id))).toEqual([])
  },
  60_000,
)
