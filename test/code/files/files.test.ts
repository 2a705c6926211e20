import { expect, test } from 'bun:test'
import { eachDatabase } from '../../kit/databases'
import { addCorpus, changeCorpus } from '../search/corpus'

const long = Array.from({ length: 6000 }, (_, n) => `line ${n + 1} of a long file`).join('\n')
const files = [
  {
    path: 'src/router.ts',
    language: 'typescript',
    text: 'import x\n\nexport class Router {\n  add() {}\n}\n',
    symbols: [
      { name: 'Router', line: 3, column: 14, kind: 'class', signature: 'class Router' },
      { name: 'add', line: 4, column: 3, kind: 'method' },
    ],
  },
  {
    path: 'src/deep/link.py',
    language: 'python',
    text: 'class RouterLink:\r\n    pass\r\n',
    symbols: [{ name: 'RouterLink', line: 1, column: 7, kind: 'class' }],
  },
  { path: 'long.txt', text: long },
  { path: 'empty.txt', text: '' },
]

type Json = Record<string, never>

eachDatabase('files and symbols', (app) => {
  const call = async (name: string, input: object, key?: string) => {
    const answer = await app().tool(name, input, key)
    if (answer.isError)
      return { error: answer.content![0]!.text.replace(/,"request_id".*/, '') } as unknown as Json
    return answer.structuredContent as Json
  }
  const repository = 'acme/shop'
  let id = ''

  test('stores the corpus', async () => {
    id = await addCorpus(app().storage.as('tester'), 'tester', repository, files)
    expect(id).toHaveLength(36)
  })

  test('get_file gives whole files, ranges and pages of long ones', async () => {
    expect(await call('get_file', { repository, path: './src/deep/link.py' })).toMatchObject({
      content: 'class RouterLink:\r\n    pass\r',
      total_lines: 2,
      end_line: 2,
      index: { repository, stale: false },
    })
    expect(
      await call('get_file', { repository, path: 'src/router.ts', start_line: 3, end_line: 4 }),
    ).toMatchObject({
      content: 'export class Router {\n  add() {}',
      start_line: 3,
      end_line: 4,
    })
    expect(await call('get_file', { repository, path: 'empty.txt' })).toMatchObject({
      content: '',
      end_line: 0,
    })
    const lines: string[] = []
    for (let start_line: number | undefined = 1; start_line; ) {
      const page = (await call('get_file', { repository, path: 'long.txt', start_line })) as unknown as {
        content: string
        next_start_line?: number
      }
      expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(50_000)
      lines.push(page.content)
      start_line = page.next_start_line
    }
    expect(lines.length).toBeGreaterThan(2)
    expect(lines.join('\n')).toBe(long)
  })

  test('get_file_outline lists what a file defines', async () => {
    expect(await call('get_file_outline', { repository, path: 'src/router.ts' })).toMatchObject({
      symbols: [
        { name: 'Router', kind: 'class', line: 3, signature: 'class Router' },
        { name: 'add', kind: 'method', line: 4 },
      ],
    })
  })

  test.each([
    [undefined, ['empty.txt', 'long.txt', 'src/deep/link.py', 'src/router.ts']],
    ['*.py', ['src/deep/link.py']],
    ['src/*.ts', ['src/router.ts']],
    ['src/**', ['src/deep/link.py', 'src/router.ts']],
    ['{long,empty}.txt', ['empty.txt', 'long.txt']],
    ['DEEP', ['src/deep/link.py']],
    ['nothing', []],
  ])('list_files with glob %p, page by page', async (glob, expected) => {
    const found: string[] = []
    let cursor: string | undefined
    do {
      const page = (await call('list_files', {
        repository,
        limit: 1,
        ...(glob ? { glob } : {}),
        ...(cursor ? { cursor } : {}),
      })) as unknown as { files: { path: string }[]; next_cursor?: string }
      found.push(...page.files.map(({ path }) => path))
      cursor = page.next_cursor
    } while (cursor)
    expect(found).toEqual(expected)
  })

  test('search_symbols puts the exact name first and says where', async () => {
    const { symbols } = (await call('search_symbols', { query: 'router' })) as unknown as {
      symbols: object[]
    }
    expect(symbols).toMatchObject([
      { name: 'Router', path: 'src/router.ts', line: 3, kind: 'class' },
      { name: 'RouterLink', path: 'src/deep/link.py', line: 1 },
    ])
    expect(await call('search_symbols', { query: '/^add$/', kind: 'method' })).toMatchObject({
      symbols: [{ line: 4 }],
    })
    expect(await call('search_symbols', { query: 'Ruoter' })).toMatchObject({
      empty: { nearest: ['Router'] },
    })
  })

  test('list_recent_files follows the index', async () => {
    await changeCorpus(
      app().storage.as('tester'),
      'tester',
      id,
      [{ path: 'new.ts', text: 'const fresh = 1' }],
      ['long.txt'],
    )
    const found: string[] = []
    let cursor: string | undefined
    do {
      const page = (await call('list_recent_files', {
        limit: 2,
        ...(cursor ? { cursor } : {}),
      })) as unknown as {
        files: { path: string }[]
        next_cursor?: string
      }
      found.push(...page.files.map(({ path }) => path))
      cursor = page.next_cursor
    } while (cursor)
    expect(found[0]).toBe('new.ts')
    expect(found.toSorted()).toEqual(['empty.txt', 'new.ts', 'src/deep/link.py', 'src/router.ts'])
  })

  test('what is not there, or another’s, is not found; what does not fit says what to change', async () => {
    const stranger = await app().addKey('stranger')
    const foreign = await call('get_file', { repository, path: 'src/router.ts' }, stranger)
    expect(foreign).toEqual(
      await call('get_file', { repository: 'no/such', path: 'src/router.ts' }, stranger),
    )
    expect(JSON.stringify(foreign)).toContain('repository not found')
    expect(JSON.stringify(await call('get_file', { repository, path: 'long.txt' }))).toContain(
      'file not found',
    )
    expect(JSON.stringify(await call('list_files', { repository, limit: 10_000 }))).toContain('/limit')
    expect(JSON.stringify(await call('list_files', { repository, glob: '[z-a]' }))).toContain('glob')
    const past = { repository, path: 'src/router.ts', start_line: 900 }
    expect(JSON.stringify(await call('get_file', past))).toContain('at most 5')
    const forged = Buffer.from(JSON.stringify(['recent', 'x', 1])).toString('base64url')
    expect(JSON.stringify(await call('list_recent_files', { cursor: forged }))).toContain('/cursor')
  })

  test('search_symbols keeps to its limit, goes on within a file, and says which kinds there are', async () => {
    const many = Array.from({ length: 120 }, (_, n) => `tool${n}`)
    const text = many.map((name) => `function ${name}() {}\n`).join('')
    const symbols = many.map((name, n) => ({ name, line: n + 1, column: 10, kind: 'function' }))
    await addCorpus(app().storage.as('tester'), 'tester', 'acme/tools', [
      { path: 'a.ts', text, symbols },
      {
        path: 'b.ts',
        text: 'function tooling() {}\n',
        symbols: [{ name: 'tooling', line: 1, column: 10, kind: 'function' }],
      },
    ])
    const ask = (given: object) =>
      call('search_symbols', { query: 'tool', repository: 'acme/tools', ...given }) as unknown as Promise<{
        symbols: { name: string }[]
        empty?: { reason: string }
        next_cursor?: string
      }>
    const found: string[] = []
    let cursor: string | undefined
    do {
      const page = await ask({ limit: 50, ...(cursor && { cursor }) })
      expect(page.symbols.length).toBeLessThanOrEqual(50)
      found.push(...page.symbols.map(({ name }) => name))
      cursor = page.next_cursor
    } while (cursor)
    expect(found.toSorted()).toEqual([...many, 'tooling'].toSorted())
    expect((await ask({ limit: 1 })).symbols).toHaveLength(1)
    expect((await ask({ kind: 'class' })).empty?.reason).toBe(
      'Such names are defined, but none is a class: there are function.',
    )
  })

  test('search_symbols takes no other name of the same line, and leads on only to what there is', async () => {
    const one = (name: string, column: number, kind: string) => ({ name, column, kind, line: 1 })
    const files = Array.from({ length: 30 }, (_, n) => ({
      path: `n${n}.cs`,
      text: `namespace Outer { class Inner${n} {} }\n`,
      symbols: [one('Outer', 11, 'namespace'), one(`Inner${n}`, 25, n < 2 ? 'class' : 'struct')],
    }))
    await addCorpus(app().storage.as('tester'), 'tester', 'acme/lines', files)
    const ask = (given: object) =>
      call('search_symbols', { repository: 'acme/lines', ...given }) as unknown as Promise<{
        symbols: { name: string }[]
        next_cursor?: string
      }>
    for (const query of ['inner', '/^Inner/', 'Outer.Inner', 'Outer']) {
      const { symbols } = await ask({ query, limit: 30 })
      expect(symbols).toHaveLength(query === 'Outer.Inner' ? 0 : 30)
      for (const { name } of symbols) expect(name).toMatch(query === 'Outer' ? /^Outer$/ : /^Inner/)
    }
    for (const limit of [2, 20]) {
      const { symbols, next_cursor } = await ask({ query: 'inner', kind: 'class', limit })
      expect([symbols.length, next_cursor]).toEqual([2, undefined])
    }
    const { next_cursor: cursor } = await ask({ query: 'inner', kind: 'class', limit: 1 })
    expect((await ask({ query: 'inner', kind: 'class', limit: 1, cursor })).symbols).toHaveLength(1)
  })
})
