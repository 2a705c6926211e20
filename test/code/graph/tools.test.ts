import { afterAll, beforeAll, expect, test } from 'bun:test'
import { eachDatabase } from '../../kit/databases'
import { fixtureEnv, fixtureServer, index, indexed } from '../kit'
import { shop } from './shop'

const server = fixtureServer()
afterAll(() => server.stop())

eachDatabase(
  'graph tools',
  (app) => {
    const ask = async (name: string, given: Record<string, unknown>, key = app().key) => {
      const answer = await app().tool(name, given, key)
      if (answer.isError || answer.error) throw new Error(answer.content?.[0]?.text ?? answer.error?.message)
      // biome-ignore lint/suspicious/noExplicitAny: the answers' own schemas are checked by the server
      return answer.structuredContent as any
    }
    let work: Awaited<ReturnType<typeof indexed>>
    beforeAll(async () => {
      work = await indexed(app(), server, 'ann/shop', shop)
      await indexed(app(), server, 'ann/second', {
        'src/cart.ts': 'export class Cart {}\n',
        'x.ts': "import { Cart } from './src/cart'\nnew Cart()\n",
        'log.ts':
          'interface Log { warn(text: string): void }\nexport function twice(log: Log) {\n  log.warn("a")\n  log.warn("b")\n}\n',
      })
    }, 60_000)

    const repository = 'ann/shop'

    test('dependents are found through aliases, barrels and extensions of the output', async () => {
      const found = await ask('search_dependencies', {
        repository,
        file_path: 'src/cart.ts',
        direction: 'dependents',
        depth: 3,
      })
      expect(found.dependents).toEqual({
        direct: ['src/cart.test.ts', 'src/index.ts'],
        indirect: { 'src/index.ts': ['src/contest/inspect.ts', 'src/latest.ts'] },
        cycles: [],
        count: 4,
      })
      expect(found.index).toMatchObject({ repository: 'ann/shop', stale: false })
    })

    test('only tests are left out with include_tests false, not what is named like them', async () => {
      const given = {
        repository,
        file_path: 'src/cart.ts',
        direction: 'dependents',
        depth: 5,
        include_tests: false,
      }
      const { dependents } = await ask('search_dependencies', given)
      expect(dependents.direct).toEqual(['src/index.ts'])
      expect(dependents.indirect).toEqual({ 'src/index.ts': ['src/contest/inspect.ts', 'src/latest.ts'] })
    })

    test('two calls on the same object are two calls', async () => {
      const found = await ask('get_call_hierarchy', { repository: 'ann/second', symbol: 'twice' })
      expect(found.callees).toMatchObject([{ symbol: 'Log.warn', lines: [3, 4] }])
    })

    test('dependencies lead into workspaces; packages and what leads nowhere are told', async () => {
      const cart = await ask('search_dependencies', {
        repository,
        file_path: './src/cart.ts',
        direction: 'dependencies',
        depth: 2,
      })
      expect(cart.dependencies).toMatchObject({
        direct: ['packages/money/src/index.ts'],
        indirect: { 'packages/money/src/index.ts': ['packages/money/src/format.ts'] },
      })
      expect(cart.packages).toEqual(['left-pad'])
      const barrel = await ask('search_dependencies', {
        repository,
        file_path: 'src/index.ts',
        direction: 'dependencies',
      })
      expect(barrel.unresolved_imports).toEqual([{ specifier: './gone', line: 3 }])
      expect(barrel.dependencies.direct).toEqual(['src/cart.ts', 'src/latest.ts'])
    })

    test('a way back to the start is a cycle', async () => {
      const found = await ask('search_dependencies', {
        repository,
        file_path: 'ring/a.ts',
        direction: 'dependencies',
        depth: 5,
      })
      expect(found.dependencies.cycles).toEqual([['ring/a.ts', 'ring/b.ts', 'ring/c.ts', 'ring/a.ts']])
      expect(found.dependencies.count).toBe(2)
    })

    test('usages are resolved: definitions of one name are told apart, and what shadows it is none', async () => {
      const found = await ask('find_usages', { repository, symbol: 'open', file: 'src/cart.ts' })
      const places = found.usages.map(
        (one: { file: string; line: number; usage_type: string }) =>
          `${one.file}:${one.line} ${one.usage_type}`,
      )
      expect(places).toEqual([
        'src/cart.test.ts:1 import',
        'src/cart.test.ts:2 call',
        'src/contest/inspect.ts:2 call',
        'src/latest.ts:1 import',
        'src/latest.ts:2 call',
      ])
      expect(found).toMatchObject({ total_usages: 5, files_with_usages: 3, truncated: false })
      const both = await ask('find_usages', { repository, symbol: 'open' })
      expect(both.definitions.map((one: { file: string }) => one.file)).toEqual([
        'other/open.ts',
        'src/cart.ts',
      ])
      expect(both.usages.find((one: { file: string }) => one.file === 'other/open.ts')).toMatchObject({
        line: 2,
        of: 0,
        within: 'twice',
        context: 'export const twice = open * 2',
      })
    })

    test('a renaming on the way is followed', async () => {
      const found = await ask('find_usages', { repository, symbol: 'format', include_tests: false })
      expect(found.usages.map(({ file, line }: { file: string; line: number }) => `${file}:${line}`)).toEqual(
        ['packages/money/src/index.ts:1', 'src/cart.ts:1', 'src/cart.ts:8'],
      )
    })

    test('members are found by the types of their objects; the others are only possible', async () => {
      const found = await ask('find_usages', { repository, symbol: 'Cart.add' })
      expect(found.usages.map(({ file, line }: { file: string; line: number }) => `${file}:${line}`)).toEqual(
        ['src/cart.test.ts:2', 'src/cart.test.ts:3', 'src/contest/inspect.ts:3', 'src/latest.ts:2'],
      )
      expect(found.possible_usages.map(({ file }: { file: string }) => file)).toEqual([
        'src/contest/inspect.ts',
      ])
      const own = await ask('find_usages', { repository, symbol: 'Cart.show' })
      expect(own.usages).toMatchObject([{ file: 'src/cart.ts', line: 7, within: 'Cart.add' }])
    })

    test('limits hold, and say that there is more', async () => {
      const found = await ask('find_usages', { repository, symbol: 'Cart', limit: 1 })
      expect(found.usages).toHaveLength(1)
      expect(found.truncated).toBe(true)
      expect(found.total_usages).toBeGreaterThan(1)
    })

    test('a file that many import is answered in pages, each path once', async () => {
      const importers = Array.from({ length: 12 }, (_, n) => `in/f${String(n).padStart(2, '0')}.ts`)
      const hub = await indexed(app(), server, 'ann/hub', {
        'hub.ts': 'export const hub = 1\n',
        ...Object.fromEntries(importers.map((path) => [path, "import { hub } from '../hub'\nhub\n"])),
        'deep.ts': "import './in/f03'\nimport './gone'\n",
      })
      const given = {
        repository: 'ann/hub',
        file_path: 'hub.ts',
        direction: 'dependents',
        depth: 2,
        limit: 5,
      }
      const seen: string[] = []
      const pages: Awaited<ReturnType<typeof ask>>[] = []
      for (let cursor: string | undefined, first = true; first || cursor; first = false) {
        const page = await ask('search_dependencies', { ...given, ...(cursor && { cursor }) })
        pages.push(page)
        seen.push(...page.dependents.direct, ...Object.values<string[]>(page.dependents.indirect).flat())
        cursor = page.next_cursor
      }
      expect(seen).toEqual([...importers, 'deep.ts'])
      expect(pages.map(({ dependents }) => dependents.count)).toEqual([13, 13, 13])
      expect(pages[2].dependents.indirect).toEqual({ 'in/f03.ts': ['deep.ts'] })
      const cursor = pages[0].next_cursor
      const wrong = (more: object) =>
        expect(ask('search_dependencies', { ...given, cursor, ...more })).rejects
      await wrong({ depth: 1 }).toThrow('/cursor')
      await wrong({ cursor: 'nonsense' }).toThrow('/cursor')
      hub.commit({ 'deep.ts': null })
      hub.push()
      await index(app(), 'ann/hub')
      await wrong({}).toThrow('replaced since')
    })

    test('what does not fit is answered with what would', async () => {
      const wrong = (name: string, given: Record<string, unknown>) => expect(ask(name, given)).rejects
      await wrong('search_dependencies', { repository, file_path: 'src/cart.ts', depth: 6 }).toThrow('/depth')
      await wrong('find_usages', { repository, symbol: 'Cart', limit: 10_000 }).toThrow('/limit')
      await wrong('search_dependencies', { repository, file_path: 'lib/cart.ts' }).toThrow(
        'did you mean src/cart.ts',
      )
      await wrong('find_usages', { repository, symbol: 'Open' }).toThrow('there is open')
      await wrong('find_usages', { repository, symbol: 'formatt' }).toThrow('there is format')
      await wrong('find_usages', { repository, symbol: 'Crat' }).toThrow('there is Cart')
      await wrong('find_usages', { repository, symbol: '()' }).toThrow('symbol not found')
      await wrong('search_dependencies', { repository, file_path: 'src/crat.ts' }).toThrow(
        'did you mean src/cart.ts?',
      )
      await wrong('get_file', { repository, path: 'src/crat.ts' }).toThrow('did you mean src/cart.ts?')
      await wrong('get_file', { repository, path: 'lib/lattest.ts' }).toThrow('did you mean src/latest.ts?')
      await wrong('find_usages', { repository, symbol: 'Cart.addd' }).toThrow('symbol not found')
      await wrong('find_usages', { repository: 'ann/nothing', symbol: 'Cart' }).toThrow(
        'repository not found',
      )
      await wrong('find_usages', { symbol: 'Cart' }).toThrow('ann/shop')
      await wrong('search_dependencies', { file_path: 'src/cart.ts' }).toThrow('must say which')
    })

    test('without a name it is the one repository that has the file', async () => {
      const found = await ask('search_dependencies', { file_path: 'ring/a.ts' })
      expect(found.index.repository).toBe('ann/shop')
      const cart = await ask('find_usages', { repository: 'ann/second', symbol: 'Cart' })
      expect(cart.usages.map(({ file }: { file: string }) => file)).toEqual(['x.ts', 'x.ts'])
    })

    test('another caller finds nothing of it', async () => {
      const key = await app().addKey('stranger')
      await expect(ask('find_usages', { repository, symbol: 'Cart' }, key)).rejects.toThrow(
        'repository not found',
      )
      await expect(ask('find_usages', { repository: work.id, symbol: 'Cart' }, key)).rejects.toThrow(
        'repository not found',
      )
    })

    test('a new commit is followed: what moved is found where it went, what left is unresolved', async () => {
      const moving = await indexed(app(), server, 'ann/moving', {
        'a.ts': "import { b } from './lib/b'\nb()\n",
        'lib/b.ts': 'export const b = () => 1\n',
        'untouched.ts': "import { c } from './c'\nc()\n",
      })
      moving.commit({
        'lib/b.ts': null,
        'lib/b/index.ts': 'export const b = () => 1\n',
        'c.ts': 'export const c = () => 2\n',
      })
      moving.push()
      await index(app(), 'ann/moving')
      const given = { repository: 'ann/moving', direction: 'dependents' }
      expect(
        (await ask('search_dependencies', { ...given, file_path: 'lib/b/index.ts' })).dependents.direct,
      ).toEqual(['a.ts'])
      expect((await ask('search_dependencies', { ...given, file_path: 'c.ts' })).dependents.direct).toEqual([
        'untouched.ts',
      ])
      moving.commit({ 'c.ts': null })
      moving.push()
      await index(app(), 'ann/moving')
      const left = await ask('search_dependencies', { repository: 'ann/moving', file_path: 'untouched.ts' })
      expect(left.unresolved_imports).toEqual([{ specifier: './c', line: 1 }])
    }, 60_000)
  },
  { env: fixtureEnv(server) },
)
