import { afterAll, beforeAll, expect, test } from 'bun:test'
import postgres, { type Sql } from 'postgres'
import { createSubscription } from '../../src/platform/identity/subscriptions'
import { findUnprotectedTables } from '../../src/platform/storage/protection'
import { createTasks } from '../../src/platform/tasks/open'
import { startApp, type TestApp } from '../kit/app'
import { createDatabase } from '../kit/postgres'

let app: TestApp
let admin: Sql
let caller: Sql

/** Every table of ours with its owner column; all of them, found in the database and not listed here. */
let tables: string[]

beforeAll(async () => {
  const database = await createDatabase()
  app = await startApp({ env: { DATABASE_URL: database.url }, jobs: false })
  admin = postgres(database.superuserUrl, { max: 1 })
  caller = postgres(database.url, { max: 1 })
  const found = await admin<{ name: string }[]>`
    select table_name as name from information_schema.columns
    where table_schema = 'holdfast' and column_name = 'owner' order by 1`
  tables = found.map(({ name }) => name)
  await useEverything()
})

afterAll(async () => {
  await Promise.all([admin?.end(), caller?.end()])
  await app?.close()
})

/** Leaves a row of owner `ann` in every table by doing what callers and operators do. */
async function useEverything(): Promise<void> {
  const key = await app.addKey('ann', 'free')
  await app.rest('POST', '/api/v1/journal/entries', { entry: 'of ann $BTC', tags: ['mine'] }, key)
  await app.rest('PUT', '/api/v1/journal/preferences/theme', { value: 'dark' }, key)
  await app.rest('POST', '/api/v1/journal/records', { record_type: 'note', data: { a: 1 } }, key)
  await app.jobs.enqueue('test.nothing', 'ann', {})
  const log = app.telemetry.log('test')
  const tasks = createTasks({ storage: app.storage, log, now: Date.now, ttlMs: 60_000 })
  await tasks.start({ owner: 'ann', tool: 'nothing', input: {}, caller: {} })
  const subscription = { email: 'ann@example.org', namespace: '', tier: 'free', key: 'fm_sub_ann' } as const
  await createSubscription(app.storage.system, subscription)
  await admin`update holdfast.user_subscriptions set owner = 'ann'`
  await admin.unsafe(codeRows)
}

/** What indexing a repository leaves; a real one is indexed in test/code. */
const codeRows = `
  insert into holdfast.code_owners (owner, next_number) values ('ann', 2);
  insert into holdfast.repositories values ('r', 'ann', 'ann/r', '', 'remote', 'https://git.example/ann/r', false, 'main', 'c', false, 1, 1, 0, 1, 1, 1, 'ready', null, null, null, null, now(), now(), now());
  insert into holdfast.index_jobs (id, owner, repository_id, reason, ref, status, files_done, bytes_done, retry_count, created_at, updated_at)
    values ('j', 'ann', 'r', 'request', '', 'completed', 1, 1, 0, now(), now());
  insert into holdfast.code_blobs values (1, 'ann', 'r', 'h', 'text', 'utf-8', 1, 1, false, false, null, 0, 0, 0, now());
  insert into holdfast.code_chunks (chunk, owner, first_line, content) values (1024, 'ann', 1, 'x');
  insert into holdfast.code_blocks values (1, 1, 1, 'ann', 'r', true, 1, 1, 1, false, 'x');
  insert into holdfast.code_postings values (65536, 'ann', 'x');
  insert into holdfast.indexed_files values (1, 'ann', 'r', 'a', 1, 'h', 'text', 1, null, false, false, false, null, now(), now(), 1, null);
  insert into holdfast.symbols values (1, 'ann', 'r', 'x');
  insert into holdfast."references" (file, ordinal, owner, repository_id, kind, specifier, line, "column", added_in) values (1, 0, 'ann', 'r', 'import', './x', 1, 1, 1);
  insert into holdfast.dependencies (owner, repository_id, manifest_path, ecosystem, name, kind, added_in) values ('ann', 'r', 'package.json', 'npm', 'x', 'runtime', 1);
  insert into holdfast.projects values ('p', 'ann', 'P', 'p', null, now(), now());
  insert into holdfast.project_repositories values ('ann', 'p', 'r', now())`

/** Runs a statement as the role of callers with this principal; a right that the role lacks counts as no rows. */
async function as(principal: string, statement: string): Promise<number> {
  try {
    return await caller.begin(async (tx) => {
      await tx`select set_config('app.principal', ${principal}, true)`
      await tx.unsafe('set local role holdfast_caller')
      return (await tx.unsafe(statement)).count
    })
  } catch (error) {
    if (/permission denied|append-only/.test(String(error))) return 0
    throw error
  }
}

test('every table of ours forces row-level security and has a policy', async () => {
  expect(await findUnprotectedTables(app.storage)).toEqual([])
  expect(tables.length).toBeGreaterThanOrEqual(10)
})

test('every table with an owner holds a row of ann to try for', async () => {
  for (const table of tables) {
    const [row] = await admin.unsafe(
      `select count(*)::int as rows from holdfast."${table}" where owner = 'ann'`,
    )
    expect([table, row!.rows]).toEqual([table, expect.any(Number)])
    expect([table, row!.rows > 0]).toEqual([table, true])
  }
})

test('nobody else reads, changes or removes it, table by table', async () => {
  for (const table of tables) {
    expect([table, await as('bob', `select 1 from holdfast."${table}"`)]).toEqual([table, 0])
    expect([table, await as('', `select 1 from holdfast."${table}"`)]).toEqual([table, 0])
    expect([table, await as('bob', `update holdfast."${table}" set owner = 'bob'`)]).toEqual([table, 0])
    expect([table, await as('bob', `delete from holdfast."${table}" where owner = 'ann'`)]).toEqual([
      table,
      0,
    ])
  }
})

test('nobody writes a row in the name of another', async () => {
  for (const table of tables) {
    const copy = `insert into holdfast."${table}" select * from holdfast."${table}" where owner = 'ann'`
    expect([table, await as('bob', copy)]).toEqual([table, 0])
  }
  const forged = `insert into holdfast.user_preferences (owner, key, value, created_at, updated_at) values ('ann', 'x', '1', now(), now())`
  await expect(as('bob', forged)).rejects.toThrow('row-level security')
})

test('ann sees her own', async () => {
  for (const table of ['journal_entries', 'user_preferences', 'storage_records', 'audit_log', 'api_keys']) {
    expect([table, await as('ann', `select 1 from holdfast."${table}"`)]).toEqual([table, expect.any(Number)])
    expect([table, (await as('ann', `select 1 from holdfast."${table}"`)) > 0]).toEqual([table, true])
  }
})
