import { describe, expect, test } from 'bun:test'
import { answer } from '../../../src/modules/code/search/search-code'
import type { Storage } from '../../../src/platform/storage/storage'
import { eachStorage } from '../../kit/storage'
import { addCorpus, type CorpusFile } from './corpus'

const files: CorpusFile[] = [
  {
    path: 'src/router.ts',
    language: 'typescript',
    text: 'import { a } from "b"\n\nexport class Router {\n  add() {}\n}\n',
    symbols: [
      { name: 'Router', line: 3, column: 14, kind: 'class' },
      { name: 'add', line: 4, column: 3, kind: 'method' },
    ],
  },
  {
    path: 'src/app.ts',
    language: 'typescript',
    text: 'const router = new Router()\nconst other = new RouterLink()\r\nrouter.add()\n',
    symbols: [{ name: 'router', line: 1, column: 7 }],
  },
  {
    path: 'src/link.py',
    language: 'python',
    text: 'class RouterLink:\n    pass\n',
    symbols: [{ name: 'RouterLink', line: 1, column: 7 }],
  },
  { path: 'dist/router.min.js', language: 'javascript', generated: true, text: 'class Router{};new Router' },
  {
    path: 'README.md',
    language: 'markdown',
    text: '# Routing\n\nA Router routes. Größe, naïve, 日本語テスト.\nÄRGER\n',
  },
  { path: 'empty.txt', text: '' },
]

const ask = (storage: Storage, given: Record<string, unknown>, owner = 'ann') =>
  storage
    .as(owner)
    .read((db) => answer(db, owner, { limit: 20, output: 'compact', context_lines: 2, ...given } as never))

const pathsOf = async (storage: Storage, given: Record<string, unknown>) =>
  (await ask(storage, given)).results.map(({ path }) => path)

eachStorage('search_code', (open) => {
  test('stores the corpus', async () => {
    await addCorpus(open().as('ann'), 'ann', 'acme/shop', files)
    await addCorpus(open().as('eve'), 'eve', 'evil/copy', [
      { path: 'secret.ts', text: 'class Router { hidden }' },
    ])
  })

  test('puts definitions first, then symbols, words, parts of words, and generated files last', async () => {
    const { results, indexes, ...totals } = await ask(open(), { term: 'Router' })
    expect(results.map(({ path }) => path)).toEqual([
      'src/router.ts',
      'src/app.ts',
      'src/link.py',
      'README.md',
      'dist/router.min.js',
    ])
    expect(results[0]!.matches).toEqual([
      { line: 3, columns: [[14, 20]], text: 'export class Router {', kind: 'definition' },
    ])
    expect(totals).toMatchObject({ total_files: 5, total_lines: 7, total_is: 'exact' })
    expect(indexes).toMatchObject([{ repository: 'acme/shop', branch: 'main', stale: false }])
  })

  test.each([
    ['"new Router"', ['src/app.ts', 'dist/router.min.js']],
    ['router case:yes', ['src/app.ts']],
    ['/class \\w+/', ['src/router.ts', 'src/link.py', 'dist/router.min.js']],
    ['/router\\.add\\(\\)$/', ['src/app.ts']],
    ['router lang:python', ['src/link.py']],
    ['router file:*.ts -file:app', ['src/router.ts']],
    ['router file:src/**', ['src/router.ts', 'src/app.ts', 'src/link.py']],
    ['(pass or hidden) router', ['src/link.py']],
    ['add -new', ['src/router.ts']],
    ['sym:router', ['src/router.ts', 'src/app.ts', 'src/link.py']],
    ['sym:/^Router$/ case:yes', ['src/router.ts']],
    ['file:empty', ['empty.txt']],
    ['file:README.md or pass', ['README.md', 'src/link.py']],
    ['ärger', ['README.md']],
    ['日本', ['README.md']],
    ['GRÖSSE or GRÖßE', ['README.md']],
    ['repo:shop pass', ['src/link.py']],
    ['repo:other pass', []],
    ['branch:main pass', ['src/link.py']],
    ['branch:dev pass', []],
  ])('query %p', async (query, expected) => {
    expect(new Set(await pathsOf(open(), { query }))).toEqual(new Set(expected))
  })

  test('a line that ends in CR and LF ends before both', async () => {
    const { results } = await ask(open(), { query: '/RouterLink\\(\\)$/' })
    expect(results[0]!.matches).toEqual([
      { line: 2, columns: [[19, 31]], text: 'const other = new RouterLink()' },
    ])
  })

  test('says why nothing was found, and what was perhaps meant', async () => {
    const { results, empty } = await ask(open(), { term: 'RuoterLink' })
    expect(results).toEqual([])
    expect(empty).toEqual({
      reason: 'Nothing in the searched repositories contains "RuoterLink".',
      nearest: ['RouterLink'],
    })
    expect((await ask(open(), { query: 'pass hidden' })).empty?.reason).toContain('"hidden"')
    expect((await ask(open(), { query: 'pass add' })).empty?.reason).toContain('no file has all of them')
    expect((await ask(open(), { query: 'pass lang:go' })).empty?.reason).toContain('filters')
    expect((await ask(open(), { query: 'ROUTERLINK case:yes' })).empty?.reason).toContain('letter case')
  })

  test('shows nothing of another owner, and a repository that is not there never means all', async () => {
    expect(await pathsOf(open(), { term: 'hidden' })).toEqual([])
    await expect(ask(open(), { term: 'Router', repository: 'evil/copy' })).rejects.toThrow(
      'repository not found',
    )
    expect((await ask(open(), { term: 'x' }, 'bob')).empty?.reason).toBe('No repository is indexed yet.')
  })

  test('outputs: paths, snippets with context, whole texts', async () => {
    const [paths] = (await ask(open(), { term: 'RouterLink', output: 'paths' })).results
    expect(paths).toEqual({ repository: 'acme/shop', path: 'src/link.py', language: 'python', lines: 1 })
    const snippet = await ask(open(), { term: 'add()', output: 'snippet', context_lines: 1 })
    expect(snippet.results[0]!.matches![0]).toMatchObject({ before: ['export class Router {'], after: ['}'] })
    const full = await ask(open(), { term: 'pass', output: 'full' })
    expect(full.results[0]!.content).toBe('class RouterLink:\n    pass\n')
  })
})

describe('what cannot be asked', () => {
  eachStorage('search_code', (open) => {
    test.each([
      [{}, 'one of the two'],
      [{ term: 'a', query: 'b' }, 'one of the two'],
      [{ query: '"open' }, 'position 1'],
      [{ query: 'foo (bar' }, 'position 5'],
      [{ query: 'foo /a(b/' }, 'position 6'],
      [{ query: '/(?=x)/' }, 'RE2'],
      [{ query: '/x*/' }, 'empty text'],
      [{ query: '/((a{1,50}){1,50}){1,50}b/' }, 'position'],
      [{ query: '-foo' }, 'exclusions'],
      [{ query: 'case:maybe foo' }, 'yes or no'],
      [{ query: 'foo or' }, 'both sides'],
      [{ query: 'foo file:[z-a]*' }, 'position 5'],
      [{ query: 'foo file:src/[abc' }, 'position 5: this is no glob: a [ has no ]'],
      [{ query: 'foo file:*.{ts,js' }, 'a { has no }'],
      [{ query: 'foo lang:pyton' }, 'position 5: there is no language "pyton"; the nearest is python'],
      [{ query: 'foo -lang:klingon' }, 'there is no language "klingon"'],
      [{ query: 'foo lang:type' }, 'the nearest is typescript'],
      [{ term: 'a\nb' }, 'span lines'],
    ])('%j', async (given, message) => {
      await expect(ask(open(), given)).rejects.toThrow(message)
    })
  })
})
