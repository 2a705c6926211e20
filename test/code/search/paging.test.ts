import { expect, test } from 'bun:test'
import { within } from '../../../src/modules/code/search/cursor'
import { stages } from '../../../src/modules/code/search/rank/stages'
import { answer } from '../../../src/modules/code/search/search-code'
import { eachStorage } from '../../kit/storage'
import { addCorpus, type CorpusFile, changeCorpus } from './corpus'

const count = 900
const file = (n: number, text = `needle ${n}\n${'filler text\n'.repeat(n % 40)}`): CorpusFile => ({
  path: `f-${n}.txt`,
  text,
})

eachStorage('paging', (open) => {
  const ask = (given: object) =>
    open()
      .as('ann')
      .read((db) =>
        answer(db, 'ann', {
          term: 'needle',
          limit: 50,
          output: 'paths',
          context_lines: 0,
          ...given,
        } as never),
      )
  let id = ''

  test('all files come once, in pages; totals are exact at the end', async () => {
    id = await addCorpus(
      open().as('ann'),
      'ann',
      'acme/many',
      Array.from({ length: count }, (_, n) => file(n)),
    )
    const first = await ask({})
    expect(first.total_is).toBe('at_least')
    const seen: string[] = []
    let page = first
    for (;;) {
      seen.push(...page.results.map(({ path }) => path))
      if (!page.next_cursor) break
      page = await ask({ cursor: page.next_cursor })
    }
    expect(new Set(seen).size).toBe(count)
    expect(seen.length).toBe(count)
    expect([page.total_files, page.total_is]).toEqual([count, 'exact'])
  })

  test('generated files come behind all others, wherever they stand in the index', async () => {
    const lines = (word: string) => `${word} vendored\n`.repeat(900)
    const vendored = Array.from({ length: 320 }, (_, n) => ({
      path: `vendor/${n}.js`,
      generated: true,
      text: lines(`kernel ${n}`),
    }))
    const own = Array.from({ length: 40 }, (_, n) => ({ path: `src/${n}.ts`, text: `kernel of ${n}\n` }))
    await addCorpus(open().as('cat'), 'cat', 'acme/vendored', [...vendored, ...own])
    const askCat = (given: object) =>
      open()
        .as('cat')
        .read((db) =>
          answer(db, 'cat', {
            term: 'kernel',
            limit: 50,
            output: 'paths',
            context_lines: 0,
            ...given,
          } as never),
        )
    const seen: string[] = []
    let page = await askCat({})
    expect(page.results.length).toBe(50)
    for (;;) {
      seen.push(...page.results.map(({ path }) => path))
      if (!page.next_cursor) break
      page = await askCat({ cursor: page.next_cursor })
    }
    expect(seen.slice(0, 40).toSorted()).toEqual(own.map(({ path }) => path).toSorted())
    expect([new Set(seen).size, seen.length]).toEqual([360, 360])
    expect([page.total_files, page.total_is]).toEqual([360, 'exact'])
    // Where nothing else matches, they are found as well.
    expect((await askCat({ term: 'vendored', limit: 5 })).results.length).toBe(5)
  })

  test('a cursor stays right while files are removed, changed and added', async () => {
    const first = await ask({})
    const shown = new Set(first.results.map(({ path }) => path))
    const unseen = Array.from({ length: count }, (_, n) => `f-${n}.txt`).filter((path) => !shown.has(path))
    const [gone, changed] = [unseen.slice(0, 20), unseen.slice(20, 40)]
    const next = changed.map((path) => ({ path, text: 'needle again\n' }))
    await changeCorpus(open().as('ann'), 'ann', id, [...next, { path: 'new.txt', text: 'a needle\n' }], gone)
    const later: string[] = []
    let cursor = first.next_cursor
    let note: string | undefined
    while (cursor) {
      const page = await ask({ cursor })
      later.push(...page.results.map(({ path }) => path))
      note = page.note
      cursor = page.next_cursor
    }
    expect(later.filter((path) => shown.has(path))).toEqual([])
    expect(new Set(later).size).toBe(later.length)
    expect(later.toSorted()).toEqual([...unseen.slice(20), 'new.txt'].toSorted())
    expect(note).toContain('indexed again')
  })

  test('a cursor goes with its own question alone', async () => {
    const { next_cursor } = await ask({})
    await expect(ask({ term: 'filler', cursor: next_cursor })).rejects.toThrow('cursor')
    await expect(ask({ cursor: 'nonsense' })).rejects.toThrow('cursor')
    const forged = Buffer.from(JSON.stringify(['x', 1, 2, null, 0, 0, [], {}])).toString('base64url')
    await expect(ask({ cursor: forged })).rejects.toThrow('cursor')
  })

  test('an answer has at most 50 KB, whatever is asked for', async () => {
    const wide = Array.from({ length: 40 }, (_, n) => ({
      path: `wide-${n}.txt`,
      text: `${'haystack of words '.repeat(3000)}\n`,
    }))
    await addCorpus(open().as('ann'), 'ann', 'acme/wide', wide)
    for (const output of ['compact', 'snippet', 'full']) {
      const page = await ask({ term: 'haystack', limit: 100, output, context_lines: 10 })
      expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThanOrEqual(50_000)
      expect(page.next_cursor !== undefined || page.results.length === 40).toBe(true)
    }
  })

  test('hostile regexes are refused or end soon', async () => {
    await addCorpus(open().as('ann'), 'ann', 'acme/hostile', [{ path: 'a.txt', text: 'a'.repeat(60_000) }])
    const hostile = { repository: 'acme/hostile', term: undefined }
    const files: Record<string, number> = {
      '/(a+)+$/': 1,
      '/(a|aa)+b/': 0,
      '/(.*)(.*)(.*)x/': 0,
      '/(a{1,9}){1,9}b/': 0,
    }
    for (const [query, found] of Object.entries(files))
      expect([query, (await ask({ ...hostile, query })).total_files]).toEqual([query, found])
    await expect(ask({ ...hostile, query: '/((a{0,100}){0,100}){0,100}b/' })).rejects.toThrow('position')
  }, 20_000)
})

test.each([
  ['before', { low: 0, high: 99 }, { low: 100, high: 99 }],
  ['around', { low: 0, high: 900 }, { low: 100, high: 199 }],
  ['inside', { low: 120, high: 150 }, { low: 120, high: 150 }],
  ['behind', { low: 500 }, { low: 200 }],
  ['before, with a page of its own', { low: -1, late: -1 }, { low: 100, late: 100 }],
])('a cursor that was written by hand stays in the caller’s own range: %s', (_, given, kept) => {
  const rest = { stage: stages.other, files: 0, lines: 0, generations: {} }
  expect(within({ ...rest, ...given }, { low: 100, high: 199 })).toEqual({ ...rest, ...kept })
})
