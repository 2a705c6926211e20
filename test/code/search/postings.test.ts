import { beforeAll, expect, test } from 'bun:test'
import { sql } from 'drizzle-orm'
import type { Scope } from '../../../src/core/storage'
import { removeOrphans } from '../../../src/modules/code/pipeline/orphans'
import { removeAll, removeClosed } from '../../../src/modules/code/pipeline/stage'
import { replaceFacts } from '../../../src/modules/code/pipeline/store-texts'
import { openLists } from '../../../src/modules/code/search/engine/block-lists'
import { findDefinitions } from '../../../src/modules/code/search/engine/definitions'
import { matchingChunks } from '../../../src/modules/code/search/engine/postings'
import {
  definingGram,
  gramNumberCount,
  gramNumbers,
  gramsOf,
  numbersIn,
} from '../../../src/modules/code/search/grams'
import { type Block, hideBlocks, listBlocks } from '../../../src/modules/code/search/postings/blocks'
import { bucketsFor, encodeBuckets } from '../../../src/modules/code/search/postings/encode'
import { indexPostings } from '../../../src/modules/code/search/postings/index-postings'
import { chunksAt, encodeLayout } from '../../../src/modules/code/search/postings/layout'
import { commonPieces, findList, type List } from '../../../src/modules/code/search/postings/lists'
import { codeBlocks, codePostings } from '../../../src/modules/code/tables'
import { eachStorage } from '../../kit/storage'
import { addCorpus, changeCorpus, parsed } from './corpus'
import { noise } from './noise'

test.each([1, 7, 300, 2500])('the lists of %d pieces say what was put in', async (count) => {
  const random = noise(count)
  // From everywhere to nearly nowhere.
  const known = Array.from({ length: 300 }, (_, at) => Math.floor((at * 0xffff) / 299))
  const pieces = Array.from({ length: count }, () =>
    Uint16Array.from(known.filter((_, at) => random() < 1 / ((at % 97) + 1))),
  )
  const buckets = bucketsFor(pieces.reduce((sum, { length }) => sum + length, 0))
  const rows = new Map<number, Uint8Array>()
  const names = pieces.map((piece) => piece.filter((gram) => gram % 3 === 0))
  for await (const some of encodeBuckets({ texts: pieces, names }, buckets))
    for (const { bucket, postings } of some) rows.set(bucket, postings)
  const listOf = (gram: number): List | undefined => {
    const row = rows.get(gram % buckets)
    return row && findList(row, gram, buckets)
  }
  const found = (grams: number[]) => {
    const lists = grams.map(listOf)
    return lists.every((list) => list !== undefined) ? commonPieces(lists) : []
  }
  const having = (...grams: number[]) =>
    pieces.flatMap((piece, at) => (grams.every((gram) => piece.includes(gram)) ? [at] : []))
  const [a, b, c, d] = [known[0]!, known[97]!, known[1]!, known[299]!]
  for (const grams of [
    ...known.map((gram) => [gram]),
    [a, b],
    [a, b, c],
    [c, known[98]!],
    [d, a],
    [a + 1],
    [b, b + 1],
  ]) {
    expect([grams, found(grams)]).toEqual([grams, having(...grams)])
    const inNames = found(grams.map((gram) => gram + gramNumberCount))
    expect([grams, inNames]).toEqual([grams, grams.every((gram) => gram % 3 === 0) ? having(...grams) : []])
  }
})

test('places in a block lead back to pieces of texts, empty ones and gaps between them aside', () => {
  const first = 3 * 2 ** 26 + 5
  const texts = [
    { blob: first, pieces: 2 },
    { blob: first + 1, pieces: 0 },
    { blob: first + 400, pieces: 3 },
    { blob: first + 70_000, pieces: 1 },
  ]
  const layout = encodeLayout(first, texts)
  const all = [0, 1, 2, 3, 4, 5]
  const chunks = texts.flatMap(({ blob, pieces }) => all.slice(0, pieces).map((at) => blob * 1024 + at))
  expect(chunksAt(first, layout, all)).toEqual(chunks)
  expect(chunksAt(first, layout, [1, 4])).toEqual([chunks[1]!, chunks[4]!])
})

test('no trigram runs over the end of a line', () => {
  expect([...numbersIn('abc\nde\nfgh')]).toEqual([...numbersIn('abc'), ...numbersIn('fgh')])
  expect(numbersIn('\n\nabc')).toEqual(numbersIn('abc'))
})

test('a name that is defined has a number of its own, whatever stands in the text', () => {
  const named = (name: string) => gramNumbers([definingGram(name)])
  expect([...numbersIn('', ['open', 'shop', 'open'])]).toEqual([...named('open'), ...named('shop')])
  expect(new Set(['open', 'nepo', 'opens', 'o', 'ope'].flatMap(named)).size).toBe(15)
  expect(numbersIn('open', ['open'])).toHaveLength(5)
})

const range = { low: 0, high: Number.MAX_SAFE_INTEGER }
const file = (n: number, word: string) => ({
  path: `f${n}.txt`,
  text: `text ${n}\n${n % 3 ? word : 'nothing'} here\n`,
})

eachStorage('lists of trigrams', (storage) => {
  let scope: Scope
  beforeAll(() => {
    scope = storage().as('ann')
  })
  const find = (text: string, wanted = 1000, owner = 'ann', within = range) =>
    storage()
      .as(owner)
      .read((db) =>
        matchingChunks(openLists(db, owner), { numbers: gramNumbers(gramsOf(text)) }, within, wanted),
      )
      .then(({ chunks, end }) => {
        expect(chunks.every((chunk) => chunk <= end)).toBe(true)
        return chunks.slice(0, wanted)
      })
  const blocksOf = (repository: string) =>
    scope.read((db) =>
      db.rows<{ pieces: number }>(
        sql`select pieces from ${codeBlocks.on(db.dialect)} where ready and repository_id = ${repository} order by first`,
      ),
    )

  test('many blocks of two repositories: every match once and in order, cut where it is complete', async () => {
    const limits = { pieces: 3, postings: 1_000_000 }
    const words = Array.from({ length: 40 }, (_, n) => file(n, 'acorns'))
    const ids = [
      await addCorpus(scope, 'ann', 'acme/a', words, limits),
      await addCorpus(scope, 'ann', 'acme/b', words, limits),
    ]
    for (const id of ids) expect((await blocksOf(id)).length).toBeGreaterThan(12)
    const all = await find('acorns')
    expect(all).toHaveLength(52)
    expect(all).toEqual(all.toSorted((a, b) => a - b))
    for (const wanted of [1, 5, 26, 51, 52])
      expect(await find('acorns', wanted)).toEqual(all.slice(0, wanted))
    expect(await find('acorns', 1000, 'ann', { low: all[10]!, high: all[20]! })).toEqual(all.slice(10, 21))
    expect(await find('acorns', 4, 'ann', { low: all[30]!, high: all[51]! })).toEqual(all.slice(30, 34))
    expect(await find('acorns', 1000, 'bob')).toEqual([])
    expect(await find('walnuts')).toEqual([])
  })

  test('words side by side are told from the same trigrams apart', async () => {
    await addCorpus(scope, 'ann', 'acme/prose', [
      { path: 'apart.txt', text: 'oaks x, yes no, a nes\n' },
      { path: 'beside.txt', text: 'of oaks nests are made\n' },
    ])
    expect(
      gramsOf('aks nes').every((gram) => gram.length === 5 || 'oaks x, yes no, a nes'.includes(gram)),
    ).toBe(true)
    expect(await find('aks nes')).toHaveLength(1)
  })

  const defining = (name: string, owner = 'ann') =>
    storage()
      .as(owner)
      .read((db) => findDefinitions(db, owner, name, range))

  test('a name leads to the texts that define it, letter case aside, and to no other that has it', async () => {
    const text = 'function Öffnen\nfunction shop\n'
    const symbols = [
      { name: 'Öffnen', line: 1 },
      { name: 'if', line: 2 },
    ]
    await addCorpus(scope, 'ann', 'acme/defines', [
      { path: 'a.ts', text, symbols },
      { path: 'b.ts', text, symbols: [] },
    ])
    const [found, ...more] = await defining('öFFNEN')
    expect([found!.name, more]).toEqual(['Öffnen', []])
    expect(await defining('if')).toEqual([{ blob: found!.blob, name: 'if' }])
    expect(await defining('shop')).toEqual([])
    expect(await defining('öffnen', 'bob')).toEqual([])
  })

  test('what a newer parser finds is found by name, also when the lists were not written at once', async () => {
    const id = await addCorpus(scope, 'ann', 'acme/reparsed', [
      { path: 'a.ts', text: 'const larch = 1\n', symbols: [{ name: 'maple', line: 1 }] },
      { path: 'b.ts', text: 'const spruce = 2\n' },
    ])
    const { blob } = (await defining('maple'))[0]!
    const place = { owner: 'ann', repositoryId: id, version: 1, at: new Date() }
    await scope.write((tx) => replaceFacts(tx, place, blob, parsed([{ name: 'larch', line: 1, column: 7 }])))
    expect(await defining('maple')).toEqual([])
    await indexPostings({ scope, owner: 'ann', repositoryId: id })
    expect(await defining('larch')).toEqual([{ blob, name: 'larch' }])
    expect(await find('spruce')).toHaveLength(1)
  })

  test('small changes do not leave a block each, and nothing is lost on the way', async () => {
    const id = await addCorpus(scope, 'ann', 'acme/grown', [file(1, 'beeches')])
    for (let n = 2; n <= 40; n++) await changeCorpus(scope, 'ann', id, [file(n, 'beeches')])
    expect((await blocksOf(id)).length).toBeLessThan(5)
    expect(await find('beeches')).toHaveLength(27)
  })

  test('what was cut short leaves the search as it was, and is made good by the next time', async () => {
    const id = await addCorpus(scope, 'ann', 'acme/cut', [file(1, 'cedars')])
    const place = { scope, owner: 'ann', repositoryId: id }
    expect(changeCorpus(scope, 'ann', id, [file(2, 'cedars')], [], AbortSignal.abort())).rejects.toThrow()
    expect(await find('cedars')).toHaveLength(1)
    await indexPostings(place)
    await indexPostings(place)
    expect(await find('cedars')).toHaveLength(2)
  })

  test('a block whose writing was cut short is seen by nobody, and leaves nothing behind', async () => {
    const id = await addCorpus(scope, 'ann', 'acme/half', [file(1, 'elderberries')])
    let left = 4
    const cut: Scope = {
      ...scope,
      read: (work) => scope.read(work),
      write: (work) => (left-- > 0 ? scope.write(work) : Promise.reject(new Error('the power is gone'))),
    }
    const place = { owner: 'ann', repositoryId: id }
    const hidden = () =>
      scope.read((db) =>
        db.rows(sql`select bucket from ${codePostings.on(db.dialect)} where bucket / 65536 not in
          (select block from ${codeBlocks.on(db.dialect)} where ready)`),
      )
    const [{ first, last }] = (await scope.read((db) => listBlocks(db, { scope, ...place }))) as [Block]
    await scope.write((tx) => hideBlocks(tx, { scope, ...place }, { from: first, start: last, end: last }))
    await expect(indexPostings({ scope: cut, ...place })).rejects.toThrow('the power is gone')
    expect(await find('elderberries')).toHaveLength(0)
    expect(await hidden()).not.toEqual([])
    await indexPostings({ scope, ...place })
    expect(await find('elderberries')).toHaveLength(1)
    expect(await hidden()).toEqual([])
  })

  test('a block is written again when half of its texts are gone, and removed with the last', async () => {
    const id = await addCorpus(
      scope,
      'ann',
      'acme/shrunk',
      Array.from({ length: 10 }, (_, n) => file(n, 'dogwood')),
    )
    const { signal } = new AbortController()
    const host = { dialect: storage().dialect, isTurnOver: () => true }
    const place = { scope, owner: 'ann', repositoryId: id, host, signal }
    const remove = async (...numbers: number[]) => {
      await changeCorpus(
        scope,
        'ann',
        id,
        [],
        numbers.map((n) => `f${n}.txt`),
      )
      await removeClosed(place, 100)
      await removeOrphans(place)
    }
    await remove(1, 2, 4)
    expect((await blocksOf(id)).map(({ pieces }) => pieces)).toEqual([10])
    await remove(5, 9)
    expect((await blocksOf(id)).map(({ pieces }) => pieces)).toEqual([5])
    expect(await find('dogwood')).toHaveLength(2)
    await removeAll(place)
    await removeOrphans(place)
    expect(await blocksOf(id)).toEqual([])
    const [left] = await scope.read((db) =>
      db.rows<{ rows: number }>(
        sql`select cast(count(*) as integer) as rows from ${codePostings.on(db.dialect)} where bucket / 65536 not in (select block from ${codeBlocks.on(db.dialect)})`,
      ),
    )
    expect(left!.rows).toBe(0)
  })
})
