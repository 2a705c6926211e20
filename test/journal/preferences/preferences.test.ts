import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { preferences } from '../../../src/modules/journal/preferences/preferences'
import { eachStorage } from '../../kit/storage'
import { openJournal, refusalOf } from '../harness'

eachStorage('preferences', (storage) => {
  let clock = Date.UTC(2026, 10, 21)
  const call = (...args: Parameters<ReturnType<typeof openJournal>['call']>) =>
    openJournal(storage(), preferences, { now: () => clock }).call(...args)

  test('are stored, replaced and read', async () => {
    const owner = 'p1'
    const first = await call('set_preference', { key: 'theme', value: 'dark', category: 'ui' }, { owner })
    expect(first.preference).toMatchObject({ key: 'theme', value: 'dark', category: 'ui' })
    clock += 5000
    const second = await call('set_preference', { key: 'theme', value: { name: 'light' } }, { owner })
    expect(second.preference.created_at).toBe(first.preference.created_at)
    expect(Date.parse(second.preference.updated_at) - Date.parse(first.preference.updated_at)).toBe(5000)
    expect(second.preference.category).toBe('ui')
    const got = await call('get_preference', { key: 'theme' }, { owner })
    expect(got).toEqual({
      success: true,
      key: 'theme',
      value: { name: 'light' },
      found: true,
      category: 'ui',
    })
  })

  test('missing ones answer the default, else null', async () => {
    const absent = { success: true, key: 'none', found: false, category: null }
    expect(await call('get_preference', { key: 'none' })).toEqual({ ...absent, value: null })
    for (const value of ['dark', 0, false, null, [], { a: 1 }]) {
      expect(await call('get_preference', { key: 'none', default: value })).toEqual({ ...absent, value })
    }
  })

  test('a stored null is found, whatever the default', async () => {
    await call('set_preference', { key: 'nothing', value: null })
    expect(await call('get_preference', { key: 'nothing', default: 1 })).toMatchObject({
      value: null,
      found: true,
    })
  })

  test('any JSON comes back as it was', async () => {
    const tricky = [
      '5',
      'true',
      'null',
      '"',
      '{}',
      '[1]',
      '',
      ' ',
      '\\',
      0,
      -0.5,
      1e21,
      5e-324,
      0.1,
      true,
      false,
      [],
      {},
    ]
    for (const value of tricky) {
      const stored = await call('set_preference', { key: 'any', value })
      expect(stored.preference.value).toEqual(value)
      expect((await call('get_preference', { key: 'any' })).value).toEqual(value)
    }
    const json = fc.jsonValue({ noUnicodeString: false, maxDepth: 4 }).filter(isStorable)
    await fc.assert(
      fc.asyncProperty(json, async (value) => {
        await call('set_preference', { key: 'any', value })
        expect((await call('get_preference', { key: 'any' })).value).toEqual(
          JSON.parse(JSON.stringify(value)),
        )
      }),
      { numRuns: 60 },
    )
  })

  test('are listed in order of their keys, by category and by page', async () => {
    const owner = 'p2'
    const keys = ['b', 'A', 'a', 'B', 'a.b', 'a-b', 'a_b', '_', '0', 'Z9']
    for (const key of keys)
      await call('set_preference', { key, value: key, category: key < 'a' ? 'low' : 'high' }, { owner })
    const all = await call('list_preferences', {}, { owner })
    const ordered = ['0', 'A', 'B', 'Z9', '_', 'a', 'a-b', 'a.b', 'a_b', 'b']
    expect(all.preferences.map((preference: { key: string }) => preference.key)).toEqual(ordered)
    expect(all).toMatchObject({ success: true, count: 10, next_cursor: null })
    const low = await call('list_preferences', { category: 'low' }, { owner })
    expect(low.preferences.map((preference: { key: string }) => preference.key)).toEqual(ordered.slice(0, 5))
    const paged: string[] = []
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await call('list_preferences', { limit: 3, ...(cursor && { cursor }) }, { owner })
      paged.push(...page.preferences.map((preference: { key: string }) => preference.key))
      cursor = page.next_cursor
    }
    expect(paged).toEqual(ordered)
  })

  test('a page ends early where the values are large', async () => {
    const owner = 'p3'
    for (let at = 0; at < 6; at++) {
      await call('set_preference', { key: `big${at}`, value: 'x'.repeat(60_000) }, { owner })
    }
    const page = await call('list_preferences', {}, { owner })
    expect(page.count).toBe(4)
    const rest = await call('list_preferences', { cursor: page.next_cursor }, { owner })
    expect(rest).toMatchObject({ count: 2, next_cursor: null })
  })

  test('are deleted once', async () => {
    await call('set_preference', { key: 'gone', value: 1 })
    expect(await call('delete_preference', { key: 'gone' })).toMatchObject({ success: true, key: 'gone' })
    expect((await refusalOf(call('delete_preference', { key: 'gone' }))).kind).toBe('not_found')
    expect(await call('get_preference', { key: 'gone' })).toMatchObject({ found: false })
  })

  test('belong to their owner alone', async () => {
    await call('set_preference', { key: 'mine', value: 1 }, { owner: 'p4' })
    await call('set_preference', { key: 'mine', value: 2 }, { owner: 'p5' })
    expect(await call('get_preference', { key: 'mine' }, { owner: 'p4' })).toMatchObject({ value: 1 })
    expect(await call('get_preference', { key: 'mine' }, { owner: 'p6' })).toMatchObject({ found: false })
    expect((await refusalOf(call('delete_preference', { key: 'mine' }, { owner: 'p6' }))).kind).toBe(
      'not_found',
    )
    expect(await call('list_preferences', {}, { owner: 'p6' })).toMatchObject({ count: 0 })
  })

  const phrase = 'legal winner thank year wave sausage worth useful legal winner thank yellow'
  test.each([
    ['a value', { key: 'note', value: { wallet: phrase } }],
    ['a key of the value', { key: 'note', value: { [phrase]: 1 } }],
    ['the key', { key: 'fm_sub_premium_123', value: 1 }],
    ['the category', { key: 'note', value: 1, category: phrase }],
  ])('a secret in %s is refused and stored nowhere', async (_, input) => {
    const owner = 'p7'
    const refusal = await refusalOf(call('set_preference', input, { owner }))
    expect(refusal.kind).toBe('secret_detected')
    expect(refusal.message).not.toContain('sausage')
    expect(await call('list_preferences', {}, { owner })).toMatchObject({ count: 0 })
  })

  const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)])
  test.each([
    ['an empty key', 'set_preference', { key: '', value: 1 }, '/key'],
    ['a key that is too long', 'set_preference', { key: 'k'.repeat(256), value: 1 }, '/key'],
    ['a key with a slash', 'set_preference', { key: 'a/b', value: 1 }, '/key'],
    ['a key of dots', 'get_preference', { key: '..' }, '/key'],
    ['no value', 'set_preference', { key: 'a' }, '/value'],
    ['a large value', 'set_preference', { key: 'a', value: 'é'.repeat(32_768) }, '/value'],
    ['a deep value', 'set_preference', { key: 'a', value: deep(33) }, '/value'],
    [
      'a number beyond doubles',
      'set_preference',
      { key: 'a', value: [Number.POSITIVE_INFINITY] },
      '/value/0',
    ],
    ['a NUL character', 'set_preference', { key: 'a', value: 'a\0b' }, '/value'],
    ['a lone surrogate', 'set_preference', { key: 'a', value: { b: '\ud800' } }, '/value/b'],
    ['a cursor that is none', 'list_preferences', { cursor: 'abc' }, '/cursor'],
    [
      'a cursor with other text',
      'list_preferences',
      { cursor: Buffer.from('["a\\u0000"]').toString('base64url') },
      '/cursor',
    ],
    ['no page at all', 'list_preferences', { limit: 0 }, '/limit'],
    ['an unknown field', 'set_preference', { key: 'a', value: 1, extra: 1 }, '/extra'],
  ])('%s is refused', async (_, name, input, path) => {
    expect(await refusalOf(call(name, input))).toMatchObject({ kind: 'invalid', path })
  })

  test('the largest key and value fit', async () => {
    const input = { key: 'k'.repeat(255), value: ['x'.repeat(64 * 1024 - 4)] }
    expect((await call('set_preference', input)).preference).toMatchObject(input)
    await call('set_preference', { key: 'deep', value: deep(32) })
  })
})

/** What no database can hold is refused before it gets there; the scanner has tests of its own. */
function isStorable(value: unknown): boolean {
  const text = JSON.stringify(value)
  return !text.includes('\\u0000') && !/\\ud[89a-f]/.test(text)
}
