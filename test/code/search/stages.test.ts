import { beforeAll, expect, test } from 'bun:test'
import { sql } from 'drizzle-orm'
import { redefineText } from '../../../src/modules/code/search/index-text'
import { indexPostings } from '../../../src/modules/code/search/postings/index-postings'
import { answer } from '../../../src/modules/code/search/search-code'
import { codeBlocks, indexedFiles } from '../../../src/modules/code/tables'
import { eachStorage } from '../../kit/storage'
import { addCorpus, type CorpusFile, parsed } from './corpus'
import { noise } from './noise'

const term = 'Nädel'
/** What a file has, by the stage that it comes in; `other` files do not match. */
const kinds = ['defines', 'names', 'mentions', 'contains', 'generated', 'other'] as const
type Kind = (typeof kinds)[number]
const stageOf: Record<Kind, number> = {
  defines: 0,
  names: 1,
  mentions: 2,
  contains: 2,
  generated: 3,
  other: 9,
}

/** Files of all kinds in no order, most of them of several pieces. */
function filesOf(seed: number, count: number): CorpusFile[] {
  const random = noise(seed)
  const filler = 'words that say nothing at all\n'
  return Array.from({ length: count }, (_, n) => {
    const kind = kinds[Math.floor(random() * kinds.length)]!
    const before = filler.repeat(Math.floor(random() * 150))
    const line = before.split('\n').length
    const name = { defines: random() < 0.5 ? term : 'nÄDEL', names: `the${term}Box` }[kind as string]
    const text = {
      defines: `function ${name}() {}`,
      names: `class ${name} {}`,
      mentions: `call ${term.toUpperCase()} now`,
      contains: `a${term}s`,
      generated: `var ${term} = 1`,
      other: 'Nadel näde del',
    }[kind]
    const named = name ?? (kind === 'generated' ? term : undefined)
    return {
      path: `${kind}/${seed}-${n}.ts`,
      text: `${before}${text}\n${random() < 0.3 ? `${filler.repeat(90)}${kind === 'other' ? '' : `again ${term}\n`}` : ''}`,
      generated: kind === 'generated',
      symbols: [{ name: `unrelated${n}`, line: 1 }, ...(named === undefined ? [] : [{ name: named, line }])],
    }
  })
}

const small = { pieces: 24, postings: 1_000_000 }
const namesakes = ['defines/deep/nÄdel.ts', 'names/deep/NÄDEL.go'] as const
const corpora = [
  filesOf(1, 180),
  filesOf(2, 40),
  [
    ...filesOf(3, 60),
    { path: namesakes[0], text: `function nädel() {}\n`, symbols: [{ name: 'nädel', line: 1 }] },
    { path: namesakes[1], text: `class the${term}Case {}\n`, symbols: [{ name: `the${term}Case`, line: 1 }] },
  ],
]
const matching = corpora
  .flat()
  .map(({ path }) => path)
  .filter((path) => !path.startsWith('other'))

eachStorage('stages', (open) => {
  const scope = () => open().as('ann')
  const ids: string[] = []
  // The lists are written before anybody knows what the texts define.
  beforeAll(async () => {
    for (const [at, files] of corpora.entries()) {
      const unnamed = files.map((file) => ({ ...file, symbols: [] }))
      ids.push(await addCorpus(scope(), 'ann', `acme/${at}`, unnamed, small))
    }
    const symbols = new Map(corpora.flat().map((file) => [file.path, file.symbols ?? []]))
    await scope().write(async (tx) => {
      const t = indexedFiles.on(tx.dialect)
      for (const { path, blob } of await tx.select({ path: t.path, blob: t.blob }).from(t))
        await redefineText(tx, 'ann', blob!, parsed(symbols.get(path)).definitions)
    })
  })

  const pages = async (given: object) => {
    const seen: string[] = []
    let cursor: string | undefined
    for (;;) {
      const asked = { limit: 20, output: 'paths', context_lines: 0, ...given, cursor }
      const page = await scope().read((db) => answer(db, 'ann', asked as never))
      seen.push(...page.results.map(({ path }) => path))
      cursor = page.next_cursor
      if (cursor === undefined) return { seen, total: page.total_files, is: page.total_is }
    }
  }
  const stagesOf = (paths: string[]) => paths.map((path) => stageOf[path.split('/')[0] as Kind])

  const states: Record<string, () => Promise<unknown>> = {
    'behind what a newer parser found': () =>
      scope().write((tx) => tx.update(codeBlocks.on(tx.dialect)).set({ stale: true })),
    'in the first format': () =>
      scope().write((tx) =>
        tx.update(codeBlocks.on(tx.dialect)).set({ stale: false, layout: sql`substr(layout, 2)` }),
      ),
    'written again': async () => {
      await scope().write((tx) => tx.update(codeBlocks.on(tx.dialect)).set({ stale: true }))
      for (const repositoryId of ids)
        await indexPostings({ scope: scope(), owner: 'ann', repositoryId }, undefined, small)
    },
  }
  test.each(Object.keys(states))(
    'every match once, definitions first, then symbols, of both files called so before others, wherever they stand; lists %s',
    async (state) => {
      await states[state]!()
      for (const limit of [3, 50]) {
        const { seen, total, is } = await pages({ term, limit })
        expect(seen.toSorted()).toEqual(matching.toSorted())
        expect([total, is]).toEqual([matching.length, 'exact'])
        expect(stagesOf(seen)).toEqual(stagesOf(seen).toSorted())
        expect(
          namesakes.map((path) => seen.find((one) => stagesOf([one])[0] === stagesOf([path])[0])),
        ).toEqual([...namesakes])
      }
      const both = await pages({ query: `${term} now or "${term}s"`, limit: 30 })
      expect(both.seen.toSorted()).toEqual(
        matching.filter((path) => /^(mentions|contains)/.test(path)).toSorted(),
      )
      const symbols = await pages({ query: `sym:${term}`, limit: 30 })
      const named = matching.filter((path) => /^(defines|names|generated)/.test(path))
      expect(symbols.seen.toSorted()).toEqual(named.toSorted())
      expect(stagesOf(symbols.seen)).toEqual(stagesOf(symbols.seen).toSorted())
    },
  )

  test('a page goes on where the last one ended, also when lists are written in between', async () => {
    const stale = (value: boolean) =>
      scope().write((tx) => tx.update(codeBlocks.on(tx.dialect)).set({ stale: value }))
    const seen: string[] = []
    let cursor: string | undefined
    for (let page = 0; page === 0 || cursor; page++) {
      await stale(page % 2 === 1)
      const asked = { term, limit: 15, output: 'paths', context_lines: 0, cursor }
      const { results, next_cursor } = await scope().read((db) => answer(db, 'ann', asked as never))
      seen.push(...results.map(({ path }) => path))
      cursor = next_cursor
    }
    await stale(false)
    expect(seen.toSorted()).toEqual(matching.toSorted())
    expect(stagesOf(seen)).toEqual(stagesOf(seen).toSorted())
  })

  test('two letters, of which no list knows, are found wherever they stand', async () => {
    const { seen } = await pages({ term: 'äd' })
    expect(seen.filter((path) => !path.startsWith('other')).toSorted()).toEqual(matching.toSorted())
  })
})
