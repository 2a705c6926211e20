import { expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { account } from '../../../src/modules/journal/account/account'
import { entries } from '../../../src/modules/journal/entries/operations'
import { insertEntries } from '../../../src/modules/journal/entries/rows'
import { preferences } from '../../../src/modules/journal/preferences/preferences'
import { records } from '../../../src/modules/journal/records/records'
import { searchJournalEntries } from '../../../src/modules/journal/search/search-journal-entries'
import { storedTables as tables } from '../../../src/modules/journal/transfer/stored-tables'
import { verifyAudit } from '../../../src/platform/audit/verify'
import { eachStorage, openSqliteStorage } from '../../kit/storage'
import { type As, openJournal, refusalOf } from '../harness'

const confirm = 'delete everything'

eachStorage('account', (storage) => {
  const call = (...args: Parameters<ReturnType<typeof openJournal>['call']>) =>
    openJournal(storage(), (host) => [
      ...entries(host),
      searchJournalEntries,
      ...preferences(host),
      ...records(host),
      ...account(host),
    ]).call(...args)

  async function fill(as: As): Promise<void> {
    for (let at = 0; at < 3; at++) {
      const input = { entry: `Bought BTC, sum ${at}`, tags: ['calm', 'plan'], metadata: { at } }
      await call('store_journal_entry', input, as)
      await call('store_record', { record_type: 'note', data: { at } }, as)
    }
    await call('set_preference', { key: 'theme', value: 'dark' }, as)
    await call('set_preference', { key: 'size', value: 12 }, as)
  }

  /** Rows of the owner in every table of the journal, the search included. */
  async function rowsOf(owner: string): Promise<number> {
    return storage()
      .as(owner)
      .read(async (db) => {
        let sum = 0
        for (const table of tables) {
          const t = table.on(db.dialect)
          const [row] = await db.select({ count: sql`count(*)` }).from(t).where(sql`owner = ${owner}`)
          sum += Number(row!.count)
        }
        return sum
      })
  }

  test('figures tell what is stored and used', async () => {
    const owner = createHash('sha256').update('a1@example.com').digest('hex')
    const empty = await call('get_user_stats', {}, { owner, tier: 'basic' })
    expect(empty).toMatchObject({ success: true, user_id_hash: owner.slice(0, 8), tier: 'basic' })
    expect(empty.storage).toEqual({ journal_entries: 0, preferences: 0, storage_records: 0, bytes: 0 })
    expect(Object.keys(empty.rate_limits).sort()).toEqual([
      'current_usage',
      'limits',
      'reset_times',
      'utilization_percentage',
    ])
    expect(Date.parse(empty.timestamp)).toBeGreaterThan(Date.UTC(2026, 0, 1))
    await fill({ owner })
    const { storage: full } = await call('get_user_stats', {}, { owner })
    expect(full).toMatchObject({ journal_entries: 3, preferences: 2, storage_records: 3 })
    const least = 3 * 'Bought BTC, sum 0["calm","plan"]{"at":0}{"at":0}{}'.length + 'theme"dark"size12'.length
    expect(full.bytes).toBeGreaterThanOrEqual(least)
    expect(full.bytes).toBeLessThan(least * 1.2)
  })

  test('an id that is no hash is hashed', async () => {
    const { user_id_hash } = await call('get_user_stats', {}, { owner: 'tester' })
    expect(user_id_hash).toBe(createHash('sha256').update('tester').digest('hex').slice(0, 8))
  })

  test('everything of one owner is deleted, and nothing of another', async () => {
    const [gone, kept] = [{ owner: 'a2' }, { owner: 'a3' }]
    await fill(gone)
    await fill(kept)
    const before = await rowsOf('a3')
    const deleted = { journal_entries: 3, preferences: 2, storage_records: 3 }
    expect(await call('delete_my_data', { confirm }, gone)).toMatchObject({ success: true, deleted })
    expect(await rowsOf('a2')).toBe(0)
    expect(await rowsOf('a3')).toBe(before)
    const found = await call('search_journal_entries', { query: 'bought' }, gone)
    expect(found).toMatchObject({ entries: [] })
    expect((await call('search_journal_entries', { query: 'bought' }, kept)).entries).toHaveLength(3)
    const nothing = { journal_entries: 0, preferences: 0, storage_records: 0 }
    expect((await call('get_user_stats', {}, gone)).storage).toEqual({ ...nothing, bytes: 0 })
    expect(await call('delete_my_data', { confirm }, gone)).toMatchObject({ deleted: nothing })
    await fill(gone)
    expect((await call('get_user_stats', {}, gone)).storage).toMatchObject(deleted)
    expect((await call('search_journal_entries', { query: 'bought' }, gone)).entries).toHaveLength(3)
  })

  test('the audit trail stays and tells of the deletion', async () => {
    const as = { owner: 'a4' }
    await fill(as)
    await call('delete_my_data', { confirm }, as)
    const { entries, faults } = await verifyAudit(storage().system, { owner: 'a4' })
    expect({ entries, faults }).toEqual({ entries: 9, faults: [] })
  })

  test('writes that run beside the deletion are gone as a whole or stay as a whole', async () => {
    const as = { owner: 'a5' }
    await fill(as)
    const stores = Array.from({ length: 10 }, (_, at) =>
      call('store_journal_entry', { entry: `Late ${at}` }, as),
    )
    const [{ deleted }] = await Promise.all([call('delete_my_data', { confirm }, as), ...stores])
    const left = (await call('get_journal_entries', { limit: 100 }, as)) as {
      entries: unknown[]
      total: number
    }
    expect(deleted.journal_entries + left.total).toBe(13)
    expect(left.entries).toHaveLength(left.total)
    expect((await call('search_journal_entries', { query: 'late' }, as)).entries).toHaveLength(left.total)
  })

  test.each([{}, { confirm: 'yes' }, { confirm: 'Delete everything' }, { confirm: true }])(
    '%p confirms nothing',
    async (input) => {
      const as = { owner: 'a6' }
      await call('set_preference', { key: 'theme', value: 'dark' }, as)
      expect(await refusalOf(call('delete_my_data', input, as))).toMatchObject({
        kind: 'invalid',
        path: '/confirm',
      })
      expect(await rowsOf('a6')).toBe(1)
    },
  )

  test('a good subscription is told with its state', async () => {
    const principal = {
      kind: 'subscription' as const,
      subscription: { status: 'active' as const, expiresAt: '2026-11-20T00:00:00.000Z', inGrace: true },
    }
    expect(await call('validate_subscription', {}, { owner: 'a7', tier: 'premium', principal })).toEqual({
      success: true,
      valid: true,
      tier: 'premium',
      status: 'active',
      expires_at: '2026-11-20T00:00:00.000Z',
      in_grace: true,
      user_id: 'a7',
    })
    expect(await call('validate_subscription', {}, { owner: 'a7' })).toMatchObject({
      valid: true,
      expires_at: null,
    })
  })

  test('a bad one is told too', async () => {
    const refusal = { code: 'AUTH_INVALID_KEY', message: 'The credential is not valid' }
    const principal = { kind: 'anonymous' as const, tier: 'free' as const, scopes: [], refusal }
    expect(await call('validate_subscription', {}, { owner: 'anonymous', principal })).toEqual({
      success: false,
      valid: false,
      tier: null,
      status: null,
      expires_at: null,
      in_grace: false,
      user_id: null,
      error: 'The credential is not valid',
    })
  })
})

test('a large journal is deleted as well', async () => {
  const { storage, close } = await openSqliteStorage()
  const at = new Date(Date.UTC(2026, 0, 1))
  const rows = Array.from({ length: 5500 }, (_, number) => ({
    id: Bun.randomUUIDv7(),
    owner: 'big',
    entry: `Entry ${number}`,
    entry_type: 'general',
    tags: ['a'],
    symbols: [],
    metadata: {},
    occurred_at: new Date(at.getTime() + number * 1000),
    created_at: at,
    updated_at: at,
    client_id: null,
  }))
  await storage.as('big').write(async (tx) => void (await insertEntries(tx, 'big', rows)))
  const journal = openJournal(storage, (host) => [...account(host), searchJournalEntries])
  const as = { owner: 'big' }
  expect((await journal.call('delete_my_data', { confirm }, as)).deleted.journal_entries).toBe(5500)
  expect(await journal.call('search_journal_entries', { query: 'entry' }, as)).toMatchObject({ entries: [] })
  await close()
})
