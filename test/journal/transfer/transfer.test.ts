import { expect, test } from 'bun:test'
import { entries } from '../../../src/modules/journal/entries/operations'
import { searchJournalEntries } from '../../../src/modules/journal/search/search-journal-entries'
import { exportJournal } from '../../../src/modules/journal/transfer/export-journal'
import { importJournal } from '../../../src/modules/journal/transfer/import-journal'
import { eachStorage } from '../../kit/storage'
import { type As, openJournal, refusalOf } from '../harness'

eachStorage('Export and import', (open) => {
  const journal = () =>
    openJournal(open(), (host) => [
      ...entries(host),
      searchJournalEntries,
      exportJournal(host),
      importJournal(host),
    ])
  const call = (name: string, input: Record<string, unknown>, as: As | string) =>
    journal().call(name, input, typeof as === 'string' ? { owner: as } : as)
  const bare = ({ entries }: { entries: Record<string, unknown>[] }) => entries.map(({ id, ...rest }) => rest)

  const fill = async (owner: string) => {
    await call(
      'store_journal_entry',
      {
        entry: '=Bought "BTC",\r\nthen\nwaited',
        tags: ['a;b', 'ü'],
        metadata: { n: [1, { x: null }] },
        occurred_at: '2026-01-01T10:00:00.123Z',
      },
      owner,
    )
    await call(
      'log_trade_entry',
      { symbol: 'ETH', action: 'buy', quantity: 1, price: 2, reasoning: '<!-- entry {} -->' },
      owner,
    )
    await call('store_journal_entry', { entry: '比特币 🚀', entry_type: 'idea', client_id: 'mine' }, owner)
  }

  test('a large file lets others have their turn while it is checked and stored', async () => {
    const content = JSON.stringify(Array.from({ length: 400 }, (_, n) => ({ entry: `Entry ${n}` })))
    let turns = 0
    let over = false
    const count = () => {
      turns++
      if (!over) setImmediate(count)
    }
    setImmediate(count)
    expect(await call('import_journal', { content }, 'patient')).toMatchObject({ imported: 400 })
    over = true
    expect(turns).toBeGreaterThan(8)
  })

  test.each(['json', 'csv', 'markdown'])('%s moves a journal to another owner, once', async (format) => {
    const [from, to] = [`from-${format}`, `to-${format}`]
    await fill(from)
    const file = await call('export_journal', { format }, from)
    expect(file).toMatchObject({ success: true, format, count: 3, total: 3, next_cursor: null })
    const first = await call('import_journal', { format, content: file.content }, to)
    expect(first).toMatchObject({ success: true, imported: 3, duplicates: 0, failed: 0 })
    expect(bare(await call('get_journal_entries', {}, to))).toEqual(
      bare(await call('get_journal_entries', {}, from)),
    )
    expect((await call('search_journal_entries', { query: 'waited' }, to)).total).toBe(1)
    const again = await call('import_journal', { format, content: file.content }, to)
    expect(again).toMatchObject({ success: true, imported: 0, duplicates: 3 })
    expect(again.rows.map(({ entry_id }: { entry_id: string }) => entry_id)).toEqual(
      first.rows.map(({ entry_id }: { entry_id: string }) => entry_id),
    )
    const home = await call('import_journal', { format, content: file.content }, from)
    expect(home).toMatchObject({ imported: 0, duplicates: 3 })
    const onward = await call('export_journal', { format }, to)
    expect(await call('import_journal', { format, content: onward.content }, to)).toMatchObject({
      duplicates: 3,
    })
  })

  test('what was imported with ids of any form can be exported and imported again', async () => {
    const ids = ['7', 'b1'.repeat(32), 'ü'.repeat(20), 'x'.repeat(200)]
    const content = JSON.stringify(ids.map((id) => ({ entry: `entry ${id.length}`, id })))
    expect(await call('import_journal', { content }, 'ids')).toMatchObject({ imported: 4 })
    expect(await call('import_journal', { content }, 'ids')).toMatchObject({ duplicates: 4 })
    const file = await call('export_journal', {}, 'ids')
    expect(await call('import_journal', { content: file.content }, 'ids-again')).toMatchObject({
      imported: 4,
    })
  })

  test('a long journal comes in parts that say so', async () => {
    const owner = 'parts'
    for (let n = 0; n < 12; n++) await call('store_journal_entry', { entry: `entry ${n}` }, owner)
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const part: { content: string; count: number; next_cursor: string | null } = await call(
        'export_journal',
        { limit: 5, ...(cursor ? { cursor } : {}) },
        owner,
      )
      seen.push(...JSON.parse(part.content).entries.map(({ id }: { id: string }) => id))
      cursor = part.next_cursor
    } while (cursor)
    expect(new Set(seen).size).toBe(12)
    const big = Array.from({ length: 130 }, (_, n) => ({ entry: `${n} ${'x'.repeat(9_900)}` }))
    await call('import_journal', { content: JSON.stringify(big) }, 'bytes')
    const counts: number[] = []
    let next: string | undefined
    do {
      const part = await call('export_journal', { limit: 1000, ...(next ? { cursor: next } : {}) }, 'bytes')
      expect(JSON.stringify(part).length).toBeLessThan(1_000_000)
      counts.push(part.count)
      next = part.next_cursor ?? undefined
    } while (next)
    expect(counts.reduce((sum, count) => sum + count)).toBe(130)
    expect(counts[0]).toBeGreaterThan(60)
  })

  test('all or nothing: a fault anywhere stores nothing and names its row', async () => {
    const rows = [
      { entry: 'fine' },
      { entry: ' ' },
      { entry: 'x', entry_type: 'NO' },
      { entry: 'y', surprise: 1 },
    ]
    const refusal = await refusalOf(call('import_journal', { content: JSON.stringify(rows) }, 'nothing'))
    expect(refusal).toMatchObject({ kind: 'invalid', path: '/rows/2/entry' })
    expect(refusal.message).toContain('2 of 4')
    expect((await call('get_journal_entries', {}, 'nothing')).total).toBe(0)
    const secret = [{ entry: `0x${'ab'.repeat(32)} is my private key` }]
    expect(
      (await refusalOf(call('import_journal', { content: JSON.stringify(secret) }, 'nothing'))).kind,
    ).toBe('secret_detected')
  })

  test('partial: what fits is stored, the rest reported', async () => {
    const rows = [{ entry: 'fine', client_id: 'a' }, { entry: '' }, 7, { entry: 'fine too', client_id: 'a' }]
    const report = await call('import_journal', { content: JSON.stringify(rows), partial: true }, 'partial')
    expect(report).toMatchObject({ success: false, imported: 1, duplicates: 1, failed: 2 })
    expect(report.rows.map(({ row, status }: { row: number; status: string }) => [row, status])).toEqual([
      [1, 'imported'],
      [2, 'failed'],
      [3, 'failed'],
      [4, 'duplicate'],
    ])
    expect(report.rows[1].error).toMatch(/^invalid: /)
    expect(report.rows[3].entry_id).toBe(report.rows[0].entry_id)
  })

  test('a tier’s cap holds for imports', async () => {
    const free: As = { owner: 'free', tier: 'free' }
    const rows = Array.from({ length: 101 }, (_, n) => ({ entry: `entry ${n}`, client_id: `c${n}` }))
    const content = JSON.stringify(rows)
    expect((await refusalOf(call('import_journal', { content }, free))).kind).toBe('upgrade_required')
    expect((await call('get_journal_entries', {}, free)).total).toBe(0)
    const report = await call('import_journal', { content, partial: true }, free)
    expect(report).toMatchObject({ imported: 100, failed: 1 })
    expect(report.rows[100]).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('upgrade_required'),
    })
    expect(await call('import_journal', { content: JSON.stringify(rows.slice(0, 100)) }, free)).toMatchObject(
      { duplicates: 100 },
    )
  })

  test('a file may hold 2,000 entries and no more', async () => {
    const rows = Array.from({ length: 2_001 }, (_, n) => ({ entry: `entry ${n}`, occurred_at: '2026-01-01' }))
    const refusal = await refusalOf(call('import_journal', { content: JSON.stringify(rows) }, 'many'))
    expect(refusal.message).toContain('at most 2000')
    const report = await call('import_journal', { content: JSON.stringify(rows.slice(1)) }, 'many')
    expect(report.imported).toBe(2_000)
    expect((await call('get_journal_entries', {}, 'many')).total).toBe(2_000)
  })

  test('a predecessor’s export comes in with what it kept in metadata', async () => {
    const old = {
      id: 'b3c1',
      user_id: 'hash',
      entry: 'Bought ETH',
      metadata: { entry_type: 'trade', tags: ['old'], symbol: 'ETH', timestamp: '2025-02-03T04:05:06' },
      created_at: '2025-02-03T04:05:07.000001',
    }
    await call('import_journal', { content: JSON.stringify([old]) }, 'moved')
    const { entries: found } = await call('get_journal_entries', {}, 'moved')
    expect(found[0]).toMatchObject({
      entry_type: 'trade',
      tags: ['old'],
      symbols: ['ETH'],
      occurred_at: '2025-02-03T04:05:06.000Z',
      created_at: '2025-02-03T04:05:07.000Z',
    })
    expect(await call('import_journal', { content: JSON.stringify([old]) }, 'moved')).toMatchObject({
      duplicates: 1,
    })
  })
})
