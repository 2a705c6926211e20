import { afterAll, beforeAll, expect, test } from 'bun:test'
import { eachDatabase } from '../../kit/databases'
import { fixtureEnv, fixtureServer, indexed } from '../kit'

const server = fixtureServer()
afterAll(() => server.stop())

/** Packages whose files use each other, with and without imports. */
const files = {
  'go.mod': 'module example.com/geo\n',
  'vec/vec.go':
    'package vec\n\ntype Vec struct{ x int }\n\nfunc (v Vec) Add(o Vec) Vec { return scale(v) }\n',
  'vec/scale.go': 'package vec\n\nfunc scale(v Vec) Vec { return v }\n',
  'vec/alone.go': 'package vec\n\nconst alone = 1\n',
  'a/Money.java':
    'package a;\npublic class Money {\n  public static Money of(int n) { return new Money(); }\n  Money add(Money m) { return m; }\n}\n',
  'a/Near.java': 'package a;\nclass Near { Money m = Money.of(1); }\n',
  'b/Shop.java':
    'package b;\nimport static a.Money.of;\nimport static other.Lib.find;\nclass Shop {\n  Object sum() { return of(of(1).hashCode()); }\n  Object lib() { return find(1); }\n  Object own() { return missing(1); }\n}\n',
  'b/Whole.java': 'package b;\nclass Whole { a.Money money; }\n',
  'Cargo.toml': '[package]\nname = "geo"\n',
  'src/lib.rs': 'pub mod vec;\npub mod area;\n',
  'src/vec.rs': 'pub struct Vec2;\npub fn len() {}\n',
  'src/area.rs': 'pub fn area() { crate::vec::len(); super::vec::len(); }\n',
  'pkg/__init__.py': '',
  'pkg/util.py': 'def helper():\n    pass\n',
  'pkg/other.py': 'def helper():\n    pass\n',
}

eachDatabase(
  'packages',
  (app) => {
    // biome-ignore lint/suspicious/noExplicitAny: the answers' own schemas are checked by the server
    const ask = async (name: string, given: Record<string, unknown>): Promise<any> => {
      const answer = await app().tool(name, { repository: 'ann/geo', ...given })
      if (answer.isError || answer.error) throw new Error(answer.content?.[0]?.text ?? answer.error?.message)
      return answer.structuredContent
    }
    beforeAll(async () => {
      await indexed(app(), server, 'ann/geo', files)
    }, 60_000)

    test('a static import of Java leads to its method, exactly where there is one', async () => {
      const at = (line: number, symbol: string) =>
        ask('go_to_definition', { file: 'b/Shop.java', line, symbol })
      const method = { definitions: [{ symbol: 'Money.of', file: 'a/Money.java', line: 3 }], exact: true }
      expect(await at(5, 'of')).toMatchObject(method)
      expect(await at(2, 'of')).toMatchObject(method)
      expect(await at(6, 'find')).toMatchObject({ definitions: [], exact: false, package: 'other' })
      expect(await at(7, 'missing')).toMatchObject({ definitions: [], exact: false })
      const { usages } = await ask('find_usages', { symbol: 'Money.of', include_imports: true })
      expect(
        usages.map((one: { file: string; line: number; usage_type: string }) => [
          one.file,
          one.line,
          one.usage_type,
        ]),
      ).toEqual([
        ['a/Near.java', 2, 'call'],
        ['b/Shop.java', 2, 'import'],
        ['b/Shop.java', 5, 'call'],
        ['b/Shop.java', 5, 'call'],
      ])
    })

    test('files of a package depend on each other without imports, and the answer marks them', async () => {
      const both = async (file_path: string) => {
        const { dependents, dependencies } = await ask('search_dependencies', { file_path })
        return [dependents, dependencies].map(({ direct, without_import }) => [
          direct,
          without_import?.toSorted(),
        ])
      }
      expect(await both('vec/scale.go')).toEqual([
        [['vec/vec.go'], ['vec/vec.go']],
        [['vec/vec.go'], ['vec/vec.go']],
      ])
      expect(await both('vec/alone.go')).toEqual([
        [[], undefined],
        [[], undefined],
      ])
      expect((await both('a/Money.java'))[0]).toEqual([
        ['a/Near.java', 'b/Shop.java', 'b/Whole.java'],
        ['a/Near.java', 'b/Whole.java'],
      ])
      expect((await both('src/area.rs'))[1]).toEqual([['src/vec.rs'], ['src/vec.rs']])
      expect((await both('src/vec.rs'))[0]).toEqual([['src/area.rs', 'src/lib.rs'], ['src/area.rs']])
    })

    test('a caller is one entry with the lines of its calls', async () => {
      const { callers } = await ask('get_call_hierarchy', {
        symbol: 'Money.of',
        direction: 'callers',
        depth: 1,
      })
      expect(callers).toMatchObject([
        { symbol: 'Near.m', file: 'a/Near.java', line: 2, lines: [2] },
        { symbol: 'Shop.sum', file: 'b/Shop.java', line: 5, lines: [5] },
      ])
      expect(callers).toHaveLength(2)
    })

    test.each([
      ['Money.add', 'add', ['Money'], ['a/Money.java']],
      ['a.Money.add()', 'add', ['a', 'Money'], ['a/Money.java']],
      ['geo::Vec2', 'Vec2', ['geo'], ['src/vec.rs']],
      ['vec::len', 'len', ['vec'], ['src/vec.rs']],
      ['pkg.util.helper', 'helper', ['pkg', 'util'], ['pkg/util.py']],
      ['Vec#Add', 'Add', ['Vec'], ['vec/vec.go']],
    ])('search_symbols understands %s', async (query, name, within, paths) => {
      const { symbols, understood } = await ask('search_symbols', { query })
      expect(understood).toEqual({ name, within })
      expect(symbols.map(({ path }: { path: string }) => path)).toEqual(paths)
      const { definitions } = await ask('find_usages', { symbol: query.replace('()', '') })
      expect(definitions.map(({ file }: { file: string }) => file)).toEqual(paths)
    })

    test('statistics tell uses of names from names that are imported', async () => {
      const { references, imported_names, summary } = await ask('get_index_statistics', {})
      expect(imported_names).toBe(9)
      expect(references).toBeGreaterThan(imported_names)
      const { jobs } = await ask('list_index_jobs', { limit: 1 })
      expect(jobs[0].stats.references_extracted).toBe(references)
      expect(summary).toContain(`${references} references, 9 imported names (0 unresolved)`)
    })

    test('a name that is in nothing of that name: the answer says where such names are', async () => {
      const { symbols, empty } = await ask('search_symbols', { query: 'Purse.add' })
      expect(symbols).toEqual([])
      expect(empty).toMatchObject({
        reason: expect.stringContaining('none within Purse'),
        nearest: expect.arrayContaining(['Money.add', 'Vec.Add']),
      })
    })
  },
  { env: fixtureEnv(server) },
)
