import { expect, test } from 'bun:test'
import { entries } from '../../../src/modules/journal/entries/operations'
import { countByType } from '../../../src/modules/journal/entries/totals'
import { searchJournalEntries } from '../../../src/modules/journal/search/search-journal-entries'
import { eachStorage } from '../../kit/storage'
import { openJournal, refusalOf } from '../harness'

eachStorage('Entries', (open) => {
  const start = Date.UTC(2026, 10, 21, 9)
  let now = start
  const journal = () =>
    openJournal(open(), (host) => [...entries(host), searchJournalEntries], { now: () => now })
  const store = (input: Record<string, unknown>, owner: string, tier?: 'free' | 'basic') =>
    journal().call('store_journal_entry', input, { owner, tier })
  const list = (input: Record<string, unknown>, owner: string) =>
    journal().call('get_journal_entries', input, { owner })
  const search = (query: string, owner: string) =>
    journal().call('search_journal_entries', { query }, { owner })

  test('an entry comes back as it was written, with what was found in it', async () => {
    const answer = await store(
      {
        entry: '  Bought BTC \n',
        tags: ['Plan', ' plan ', '', 'q4'],
        metadata: { symbol: 'eth', deep: [1, null] },
      },
      'ann',
    )
    expect(answer).toEqual({
      success: true,
      entry_id: answer.entry.id,
      message: 'Journal entry stored successfully',
      entry: {
        id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
        entry: 'Bought BTC',
        entry_type: 'general',
        tags: ['Plan', 'q4'],
        symbols: ['BTC', 'ETH'],
        metadata: { symbol: 'eth', deep: [1, null] },
        occurred_at: new Date(now).toISOString(),
        created_at: new Date(now).toISOString(),
        updated_at: new Date(now).toISOString(),
      },
    })
    const { entry } = await journal().call(
      'get_journal_entry',
      { entry_id: answer.entry_id },
      { owner: 'ann' },
    )
    expect(entry).toEqual(answer.entry)
  })

  test('what does not fit is refused by name, and nothing is stored', async () => {
    const wrong: [Record<string, unknown>, string][] = [
      [{ entry: ' \n ' }, '/entry'],
      [{ entry: 'x'.repeat(10_001) }, '/entry'],
      [{ entry: 'x', tags: Array(21).fill('t') }, '/tags'],
      [{ entry: 'x', tags: ['x'.repeat(51)] }, '/tags/0'],
      [{ entry: 'x', metadata: { a: 'x'.repeat(16_400) } }, '/metadata'],
      [{ entry: 'x', metadata: JSON.parse(`${'{"a":'.repeat(40)}1${'}'.repeat(40)}`) }, '/metadata'],
      [{ entry: 'x', entry_type: 'Trade' }, '/entry_type'],
      [{ entry: 'x', occurred_at: '1960-01-01' }, '/occurred_at'],
      [{ entry: 'x', occurred_at: 'soon' }, '/occurred_at'],
      [{ entry: 'x', occurred_at: '2026-02-30' }, '/occurred_at'],
      [{ entry: 'x', occurred_at: '2026-04-31T10:00:00+02:00' }, '/occurred_at'],
      [{ entry: 'x', metadata: { a: [JSON.parse('1e999')] } }, '/metadata/a/0'],
    ]
    for (const [input, path] of wrong) {
      expect(await refusalOf(store(input, 'wrong'))).toMatchObject({ kind: 'invalid', path })
    }
    const secret = {
      entry: 'x',
      metadata: { note: '-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIDx\n-----END EC PRIVATE KEY-----' },
    }
    expect((await refusalOf(store(secret, 'wrong'))).kind).toBe('secret_detected')
    expect(await list({}, 'wrong')).toMatchObject({ total: 0, count: 0, next_cursor: null })
  })

  test('fifty characters of a tag fit, whatever they take in memory', async () => {
    expect((await store({ entry: 'x', tags: ['🚀'.repeat(50)] }, 'long-tags')).entry.tags).toEqual([
      '🚀'.repeat(50),
    ])
    const long = { entry: 'x', tags: ['🚀'.repeat(51)] }
    expect(await refusalOf(store(long, 'long-tags'))).toMatchObject({ kind: 'invalid', path: '/tags/0' })
  })

  test('a leap day and a time with a zone are read as written', async () => {
    const at = async (occurred_at: string) =>
      (await store({ entry: 'x', occurred_at }, 'leap')).entry.occurred_at
    expect(await at('2024-02-29')).toBe('2024-02-29T00:00:00.000Z')
    expect(await at('2026-12-31 23:30-01:00')).toBe('2027-01-01T00:30:00.000Z')
  })

  test('10,000 characters fit, whatever they take in memory', async () => {
    const { entry } = await store({ entry: ` ${'🚀'.repeat(10_000)} ` }, 'long')
    expect([...entry.entry]).toHaveLength(10_000)
    expect((await search('🚀', 'long')).total).toBe(1)
  })

  test('lists narrow by type, tag, symbol and time, and count what they narrow to', async () => {
    const written = [
      { entry: 'one BTC', entry_type: 'trade', tags: ['Plan'], occurred_at: '2026-01-01T10:00:00Z' },
      { entry: 'two ETH', entry_type: 'trade', tags: ['plan', 'x'], occurred_at: '2026-01-02T10:00:00Z' },
      { entry: 'three BTC', entry_type: 'goal', tags: ['PLAN'], occurred_at: '2026-01-03T10:00:00Z' },
      { entry: 'four', occurred_at: '2026-01-04T10:00:00Z' },
    ]
    for (const input of written) await store(input, 'lists')
    const shown = async (filter: Record<string, unknown>) => {
      const { entries, count, total, total_relation } = await list(filter, 'lists')
      expect([count, total, total_relation]).toEqual([entries.length, entries.length, 'eq'])
      return entries.map(({ entry }: { entry: string }) => entry.split(' ')[0])
    }
    expect(await shown({})).toEqual(['four', 'three', 'two', 'one'])
    expect(await shown({ entry_type: 'trade' })).toEqual(['two', 'one'])
    expect(await shown({ entry_type: 'nothing' })).toEqual([])
    expect(await shown({ tag: 'pLAN' })).toEqual(['three', 'two', 'one'])
    expect(await shown({ symbol: 'btc-usd' })).toEqual(['three', 'one'])
    expect(await shown({ tag: 'plan', symbol: 'BTC' })).toEqual(['three', 'one'])
    expect(await shown({ tag: 'plan', symbol: 'BTC', entry_type: 'trade' })).toEqual(['one'])
    expect(await shown({ from: '2026-01-02', to: '2026-01-03' })).toEqual(['three', 'two'])
    expect(await shown({ from: '2026-01-02T10:00:00Z', to: '2026-01-02T10:00:00Z' })).toEqual(['two'])
    expect(await shown({ tag: 'plan', entry_type: 'trade', from: '2026-01-01T10:00:00.001Z' })).toEqual([
      'two',
    ])
    expect(await refusalOf(list({ symbol: 'a b' }, 'lists'))).toMatchObject({
      kind: 'invalid',
      path: '/symbol',
    })
    expect(await refusalOf(list({ from: '2026-02-01', to: '2026-01-01' }, 'lists'))).toMatchObject({
      path: '/to',
    })
  })

  test('pages by cursor hold everything once while entries are added, changed and deleted', async () => {
    for (let n = 0; n < 25; n++)
      await store({ entry: `entry ${n}`, tags: ['t'], occurred_at: `2026-02-01T00:00:${n % 5}0Z` }, 'pages')
    for (const filter of [{}, { tag: 't' }, { entry_type: 'general' }, { from: '2026-01-01' }]) {
      const seen: string[] = []
      let cursor: string | null = null
      do {
        const page: { entries: { id: string }[]; next_cursor: string | null } = await list(
          { ...filter, limit: 7, ...(cursor ? { cursor } : {}) },
          'pages',
        )
        seen.push(...page.entries.map(({ id }) => id))
        cursor = page.next_cursor
        // Newer than everything: it belongs before the first page.
        await store({ entry: 'new', tags: ['t'], occurred_at: '2026-03-01' }, 'pages')
      } while (cursor)
      expect(new Set(seen).size).toBe(seen.length)
      const { entries } = await list({ ...filter, limit: 100, to: '2026-02-02' }, 'pages')
      expect(seen.slice(-25)).toEqual(entries.map(({ id }: { id: string }) => id))
    }
  })

  test('a cursor that no list gave is refused', async () => {
    const encode = (parts: unknown) => Buffer.from(JSON.stringify(parts)).toString('base64url')
    const wrong = [
      'x',
      '{}',
      encode([]),
      encode(['list', '1', 'a']),
      encode(['list', 1e300, 'a']),
      encode(['list', -5, 'a']),
      encode(['list', 1, 'a\u0000']),
      encode(['search:x', 1, 2]),
    ]
    for (const cursor of wrong) {
      expect(await refusalOf(list({ cursor }, 'ann'))).toMatchObject({ kind: 'invalid', path: '/cursor' })
    }
    const { next_cursor } = await list({ limit: 1 }, 'pages')
    expect(await refusalOf(list({ cursor: next_cursor, offset: 3 }, 'pages'))).toMatchObject({
      path: '/offset',
    })
    expect((await list({ offset: 2, limit: 1 }, 'pages')).entries).toHaveLength(1)
  })

  test('a change changes what is given and nothing else, and moves the entry everywhere', async () => {
    const owner = 'changes'
    const { entry } = await store(
      { entry: 'Bought BTC', tags: ['a'], metadata: { n: 1 }, client_id: 'c' },
      owner,
    )
    now = start + 60_000
    const change = (input: Record<string, unknown>) =>
      journal().call('update_journal_entry', { entry_id: entry.id, ...input }, { owner })
    const changed = await change({ entry: 'Sold ETH', entry_type: 'trade', occurred_at: '2026-05-05' })
    expect(changed).toMatchObject({ success: true, entry_id: entry.id })
    expect(changed.entry).toEqual({
      ...entry,
      entry: 'Sold ETH',
      entry_type: 'trade',
      symbols: ['ETH'],
      occurred_at: '2026-05-05T00:00:00.000Z',
      updated_at: new Date(now).toISOString(),
    })
    expect((await search('bought', owner)).total).toBe(0)
    expect((await search('sold', owner)).entries[0].id).toBe(entry.id)
    expect((await list({ symbol: 'BTC' }, owner)).total).toBe(0)
    expect((await list({ symbol: 'ETH', tag: 'a' }, owner)).total).toBe(1)
    expect((await list({ symbol: 'BTC', tag: 'a' }, owner)).total).toBe(0)
    expect((await change({ tags: [], metadata: {} })).entry).toMatchObject({
      tags: [],
      metadata: {},
      entry: 'Sold ETH',
    })
    expect((await list({ tag: 'a' }, owner)).total).toBe(0)
    expect(
      await open()
        .as(owner)
        .read((db) => countByType(db, owner)),
    ).toEqual({ trade: 1 })
    expect((await store({ entry: 'again', client_id: 'c' }, owner)).entry_id).toBe(entry.id)
    expect(await refusalOf(change({}))).toMatchObject({ kind: 'invalid' })
    expect((await refusalOf(change({ entry: ' ' }))).kind).toBe('invalid')
    expect((await refusalOf(change({ entry: `key 0x${'ab'.repeat(32)}` }))).kind).toBe('secret_detected')
    now = start
  })

  test('a stranger’s entry is not found, by any operation', async () => {
    const { entry_id } = await store({ entry: 'mine alone', tags: ['secret'] }, 'owner')
    for (const name of ['get_journal_entry', 'delete_journal_entry']) {
      expect((await refusalOf(journal().call(name, { entry_id }, { owner: 'thief' }))).kind).toBe('not_found')
    }
    const update = journal().call('update_journal_entry', { entry_id, entry: 'stolen' }, { owner: 'thief' })
    expect((await refusalOf(update)).kind).toBe('not_found')
    expect((await list({ tag: 'secret' }, 'thief')).total).toBe(0)
    expect((await search('alone', 'thief')).total).toBe(0)
    expect((await search('-nothing', 'thief')).total).toBe(0)
    expect((await search('alone', 'owner')).total).toBe(1)
    expect((await store({ entry: 'other', client_id: 'c' }, 'thief')).entry.entry).toBe('other')
  })

  test('a deleted entry is gone from lists, labels, search and totals', async () => {
    const { entry_id } = await store(
      { entry: 'soon gone BTC', tags: ['gone'], entry_type: 'risk' },
      'deletes',
    )
    expect(await journal().call('delete_journal_entry', { entry_id }, { owner: 'deletes' })).toEqual({
      success: true,
      entry_id,
      message: 'Journal entry deleted successfully',
    })
    for (const filter of [
      {},
      { tag: 'gone' },
      { symbol: 'BTC' },
      { tag: 'gone', symbol: 'BTC' },
      { entry_type: 'risk' },
    ]) {
      expect(await list(filter, 'deletes')).toMatchObject({ total: 0, entries: [] })
    }
    expect((await search('gone', 'deletes')).total).toBe(0)
    expect(
      (await refusalOf(journal().call('delete_journal_entry', { entry_id }, { owner: 'deletes' }))).kind,
    ).toBe('not_found')
    const totals = await open()
      .as('deletes')
      .read((db) => countByType(db, 'deletes'))
    expect(totals).toEqual({})
  })

  test('the most tags and symbols that an entry can have are listed together, and gone with it', async () => {
    const tags = Array.from({ length: 20 }, (_, n) => `tag ${n}`)
    const entry = Array.from({ length: 50 }, (_, n) => `$ZQX${n}`).join(' ')
    const { entry_id } = await store({ entry, tags }, 'labels')
    await store({ entry: 'another $ZQX49', tags: ['tag 18'] }, 'labels')
    const both = { tag: 'Tag 19', symbol: 'zqx49' }
    expect((await list(both, 'labels')).total).toBe(1)
    expect((await list(both, 'stranger')).total).toBe(0)
    expect((await list({ ...both, tag: 'tag 18' }, 'labels')).total).toBe(2)
    await journal().call('delete_journal_entry', { entry_id }, { owner: 'labels' })
    expect((await list(both, 'labels')).total).toBe(0)
    expect((await list({ ...both, tag: 'tag 18' }, 'labels')).total).toBe(1)
  })

  test('the same client_id stores once, also at the same time', async () => {
    const input = { entry: 'once', client_id: 'job 7 ✓' }
    const answers = await Promise.all(Array.from({ length: 8 }, () => store(input, 'once')))
    expect(new Set(answers.map(({ entry_id }) => entry_id)).size).toBe(1)
    expect((await store({ ...input, entry: 'twice' }, 'once')).entry.entry).toBe('once')
    expect(await list({}, 'once')).toMatchObject({ total: 1, count: 1 })
  })

  test('a tier’s cap is exact, also at the same time, and reading goes on', async () => {
    for (let n = 0; n < 95; n++) await store({ entry: `entry ${n}`, client_id: `n${n}` }, 'capped', 'free')
    const tried = await Promise.allSettled(
      Array.from({ length: 12 }, (_, n) => store({ entry: `late ${n}` }, 'capped', 'free')),
    )
    expect(tried.filter(({ status }) => status === 'fulfilled')).toHaveLength(5)
    const [refused] = tried.filter((result) => result.status === 'rejected')
    expect(refused!.reason).toMatchObject({
      kind: 'upgrade_required',
      data: { tier: 'free', limit: 100, current: 100 },
    })
    expect((await list({ limit: 100 }, 'capped')).total).toBe(100)
    expect((await store({ entry: 'known', client_id: 'n3' }, 'capped', 'free')).entry.entry).toBe('entry 3')
    await store({ entry: 'a higher tier goes on' }, 'capped', 'basic')
    const { entries: shown } = await list({ limit: 1 }, 'capped')
    await journal().call('delete_journal_entry', { entry_id: shown[0].id }, { owner: 'capped', tier: 'free' })
  })

  test('many entries of one second and of one day are all kept and found', async () => {
    for (let n = 0; n < 60; n++) await store({ entry: `dated ${n}`, occurred_at: '2026-07-07' }, 'dated')
    expect((await search('dated', 'dated')).total).toBe(60)
    expect((await list({ from: '2026-07-07', to: '2026-07-07' }, 'dated')).total).toBe(60)
  })

  test('trades and analyses are entries with fields of their own', async () => {
    const call = (name: string, input: Record<string, unknown>) =>
      journal().call(name, input, { owner: 'trades' })
    const { entry } = await call('log_trade_entry', {
      symbol: 'eth-usd',
      action: 'buy',
      quantity: 0.1,
      price: 3,
      reasoning: ' breakout ',
      strategy: 'momentum',
    })
    expect(entry).toMatchObject({
      entry: 'Buy 0.1 ETH at 3.\nReasoning: breakout\nStrategy: momentum',
      entry_type: 'trade',
      tags: ['ETH', 'buy', 'momentum'],
      symbols: ['ETH'],
      metadata: {
        symbol: 'ETH',
        pair: 'ETH-USD',
        action: 'buy',
        quantity: 0.1,
        price: 3,
        trade_value: 0.3,
        strategy: 'momentum',
      },
    })
    const view = await call('log_analysis_entry', {
      symbol: 'BTC',
      analysis: 'Holding',
      outlook: 'bullish',
      confidence: 7,
    })
    expect(view.entry).toMatchObject({
      entry: 'BTC analysis: Holding\nOutlook: bullish\nConfidence: 7/10',
      entry_type: 'analysis',
      tags: ['BTC', 'analysis', 'bullish'],
      metadata: { symbol: 'BTC', outlook: 'bullish', confidence: 7 },
    })
    const wrong = [{ reasoning: ' ' }, { quantity: 0 }, { price: -1 }, { action: 'hold' }, { symbol: 'a b' }]
    for (const part of wrong) {
      const trade = { symbol: 'ETH', action: 'buy', quantity: 1, price: 1, reasoning: 'x', ...part }
      expect((await refusalOf(call('log_trade_entry', trade))).kind).toBe('invalid')
    }
  })
})
