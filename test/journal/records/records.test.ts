import { expect, test } from 'bun:test'
import { records } from '../../../src/modules/journal/records/records'
import { eachStorage, openSqliteStorage } from '../../kit/storage'
import { openJournal, refusalOf } from '../harness'

const ids = (page: { records: { id: string }[] }) => page.records.map(({ id }) => id)

eachStorage('records', (storage) => {
  let clock = Date.UTC(2026, 10, 21)
  const call = (...args: Parameters<ReturnType<typeof openJournal>['call']>) =>
    openJournal(storage(), records, { now: () => clock }).call(...args)
  const store = async (data: object, as: { owner: string }, record_type = 'note', metadata?: object) =>
    (await call('store_record', { record_type, data, ...(metadata && { metadata }) }, as)).record

  test('are found by a member however many lie between, page by page, while others have their turn', async () => {
    const as = { owner: 'many' }
    for (let n = 0; n < 350; n++) {
      if (n % 3 === 0) clock += 1000
      await store({ n, rare: n % 100 === 7 }, as, n % 2 === 0 ? 'even' : 'odd')
    }
    let turns = 0
    let over = false
    const count = () => {
      turns++
      if (!over) setImmediate(count)
    }
    setImmediate(count)
    const where = { rare: true }
    const first = await call('query_records', { where, limit: 3 }, as)
    over = true
    expect(turns).toBeGreaterThanOrEqual(2)
    const numbers = (page: { records: { data: { n: number } }[] }) => page.records.map(({ data }) => data.n)
    expect(numbers(first)).toEqual([307, 207, 107])
    const rest = await call('query_records', { where, limit: 3, cursor: first.next_cursor }, as)
    expect([numbers(rest), rest.next_cursor]).toEqual([[7], null])
    expect((await call('query_records', { where, record_type: 'even' }, as)).count).toBe(0)
    expect((await call('query_records', { where, record_type: 'odd' }, as)).count).toBe(4)
    expect((await call('query_records', { where: { n: 0 } }, as)).count).toBe(1)
  })

  test('are stored, read, changed and deleted', async () => {
    const as = { owner: 'r1' }
    const stored = await call(
      'store_record',
      { record_type: 'trade_plan', data: { symbol: 'BTC', stop: 39500 } },
      as,
    )
    expect(stored).toMatchObject({
      success: true,
      message: 'Record stored successfully',
      record_id: stored.record.id,
    })
    expect(stored.record).toMatchObject({
      record_type: 'trade_plan',
      data: { symbol: 'BTC', stop: 39500 },
      metadata: {},
    })
    const { id } = stored.record
    expect((await call('get_record', { record_id: id.toUpperCase() }, as)).record).toEqual(stored.record)
    clock += 1000
    const changed = await call('update_record', { record_id: id, data: { symbol: 'ETH' } }, as)
    expect(changed.record).toMatchObject({
      data: { symbol: 'ETH' },
      metadata: {},
      created_at: stored.record.created_at,
    })
    expect(changed.record.updated_at).not.toBe(stored.record.updated_at)
    const noted = await call('update_record', { record_id: id, metadata: { source: 'chat' } }, as)
    expect(noted.record).toMatchObject({ data: { symbol: 'ETH' }, metadata: { source: 'chat' } })
    expect(await refusalOf(call('update_record', { record_id: id }, as))).toMatchObject({
      kind: 'invalid',
      path: '',
    })
    expect(await call('delete_record', { record_id: id }, as)).toMatchObject({ success: true, record_id: id })
    for (const name of ['get_record', 'update_record', 'delete_record']) {
      expect(await refusalOf(call(name, { record_id: id }, as))).toMatchObject({ kind: 'not_found' })
    }
  })

  test("a stranger's record is not found, and stays as it is", async () => {
    const record = await store({ a: 1 }, { owner: 'r2' })
    const stranger = { owner: 'r3' }
    const attempts = { get_record: {}, update_record: { data: { a: 2 } }, delete_record: {} }
    for (const [name, input] of Object.entries(attempts)) {
      const attempt = call(name, { record_id: record.id, ...input }, stranger)
      expect(await refusalOf(attempt)).toMatchObject({ kind: 'not_found', message: 'Record not found' })
    }
    expect(await call('query_records', {}, stranger)).toMatchObject({ count: 0 })
    expect((await call('get_record', { record_id: record.id }, { owner: 'r2' })).record.data).toEqual({
      a: 1,
    })
  })

  test('are listed newest first, by type, page by page, stable under inserts', async () => {
    const as = { owner: 'r4' }
    const all: string[] = []
    for (let at = 0; at < 12; at++) {
      if (at % 3 === 0) clock += 1000
      all.unshift((await store({ at }, as, at % 2 ? 'odd' : 'even')).id)
    }
    expect(ids(await call('query_records', {}, as))).toEqual(all)
    const odd = all.filter((_, at) => at % 2 === 0)
    expect(ids(await call('query_records', { record_type: 'odd' }, as))).toEqual(odd)
    const paged: string[] = []
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await call('query_records', { limit: 5, ...(cursor && { cursor }) }, as)
      paged.push(...ids(page))
      cursor = page.next_cursor
      await store({ late: true }, as)
    }
    expect(paged).toEqual(all)
  })

  test('a page ends early where records are large', async () => {
    const as = { owner: 'r5' }
    for (let at = 0; at < 5; at++)
      await store({ text: 'x'.repeat(60_000) }, as, 'note', { more: 'y'.repeat(40_000) })
    const page = await call('query_records', { limit: 100 }, as)
    expect(page.count).toBe(2)
    expect((await call('query_records', { cursor: page.next_cursor }, as)).count).toBe(2)
  })

  test('a secret in data or metadata is refused', async () => {
    const as = { owner: 'r6' }
    const secret = { note: '0x4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318' }
    const { id } = await store({ a: 1 }, as)
    const attempts: [string, Record<string, unknown>][] = [
      ['store_record', { record_type: 'note', data: secret }],
      ['store_record', { record_type: 'note', data: {}, metadata: { deep: [secret] } }],
      ['update_record', { record_id: id, data: secret }],
      ['update_record', { record_id: id, metadata: secret }],
    ]
    for (const [name, input] of attempts) {
      expect((await refusalOf(call(name, input, as))).kind).toBe('secret_detected')
    }
    expect(await call('query_records', {}, as)).toMatchObject({ count: 1, records: [{ data: { a: 1 } }] })
  })

  const id = '0198c7a0-5f3e-7cc4-9d2b-3f6a1b2c4d5e'
  const cursor = (...parts: string[]) => Buffer.from(JSON.stringify(parts)).toString('base64url')
  test.each([
    ['a type in capitals', 'store_record', { record_type: 'Note', data: {} }, '/record_type'],
    ['a type of 51 characters', 'store_record', { record_type: 'n'.repeat(51), data: {} }, '/record_type'],
    ['a list as data', 'store_record', { record_type: 'note', data: [1] }, '/data'],
    ['large data', 'store_record', { record_type: 'note', data: { a: 'x'.repeat(65_530) } }, '/data'],
    [
      'large metadata',
      'store_record',
      { record_type: 'note', data: {}, metadata: { a: 'x'.repeat(65_530) } },
      '/metadata',
    ],
    ['no id', 'get_record', { record_id: 'abc' }, '/record_id'],
    [
      'too many conditions',
      'query_records',
      { where: Object.fromEntries([...'abcdefghijk'].map((name) => [name, 1])) },
      '/where',
    ],
    ['a list of conditions', 'query_records', { where: [1] }, '/where'],
    ['a cursor of another list', 'query_records', { cursor: cursor('theme') }, '/cursor'],
    ['a cursor with no time', 'query_records', { cursor: cursor('-271821-04-20', id) }, '/cursor'],
    ['a cursor with no id', 'query_records', { cursor: cursor('1', 'a\0b') }, '/cursor'],
    ['a large page', 'query_records', { limit: 101 }, '/limit'],
  ])('%s is refused', async (_, name, input, path) => {
    expect(await refusalOf(call(name, input))).toMatchObject({ kind: 'invalid', path })
  })
})

test('a condition that nests without end is refused, not walked', async () => {
  const { storage, close } = await openSqliteStorage()
  const journal = openJournal(storage, records)
  const where = JSON.parse(`{"a": ${'['.repeat(20_000)}${']'.repeat(20_000)}}`)
  expect(await refusalOf(journal.call('query_records', { where }))).toMatchObject({
    kind: 'invalid',
    path: '/where',
  })
  await close()
})
