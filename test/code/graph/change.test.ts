import { afterAll, beforeAll, expect, test } from 'bun:test'
import { eachDatabase } from '../../kit/databases'
import { fixtureEnv, fixtureServer, indexed } from '../kit'
import { shop } from './shop'

const server = fixtureServer()
afterAll(() => server.stop())

const mixed = {
  'go.mod': 'module example.com/shop\n\nrequire github.com/acme/log v1.2.0\n',
  'main.go': 'package main\n\nimport "example.com/shop/cart"\n\nfunc main() { cart.New().Add(1) }\n',
  'cart/cart.go':
    'package cart\n\ntype Cart struct{ n int }\n\nfunc New() *Cart { return helper() }\n\nfunc (c *Cart) Add(n int) { c.n += n }\n',
  'cart/helper.go': 'package cart\n\nfunc helper() *Cart { return &Cart{} }\n',
  'py/shop/__init__.py': 'from .cart import Cart as Basket\n',
  'py/shop/cart.py':
    'class Cart:\n    def add(self, n):\n        return self.sum(n)\n    def sum(self, n):\n        return n\n',
  'py/main.py':
    'from shop import Basket\n\ndef run(basket: Basket):\n    basket.add(1)\n    return Basket()\n',
  'rs/Cargo.toml': '[package]\nname = "shop"\n[dependencies]\nserde = { version = "1.0" }\n',
  'rs/src/main.rs': 'mod cart;\nuse crate::cart::open;\nfn main() { open(); cart::open(); }\n',
  'rs/src/cart.rs': 'pub fn open() {}\n',
  'java/src/main/java/a/Cart.java':
    'package a;\npublic class Cart { public static Cart of() { return new Cart(); } }\n',
  'java/src/main/java/a/Near.java': 'package a;\nclass Near { Cart cart = Cart.of(); }\n',
  'java/src/main/java/b/Far.java': 'package b;\nimport a.Cart;\nclass Far { void go(Cart cart) {} }\n',
}

const rules = {
  rules: [
    { name: 'tests', paths: '^src/', needs_test: true },
    {
      name: 'names',
      paths: '\\.ts$',
      file_name: '^[a-z.-]+$',
      severity: 'warning',
      message: 'Names are in lower case',
    },
  ],
  migration_name: '^\\d{4}_',
  forbidden_packages: ['moment'],
}

// biome-ignore lint/suspicious/noExplicitAny: the answers' own schemas are checked by the server
type Answer = any

eachDatabase(
  'change tools',
  (app) => {
    const ask = async (name: string, given: Record<string, unknown>): Promise<Answer> => {
      const answer = await app().tool(name, given)
      if (answer.isError || answer.error) throw new Error(answer.content?.[0]?.text ?? answer.error?.message)
      return answer.structuredContent
    }
    const repository = 'ann/shop'
    beforeAll(async () => {
      await indexed(app(), server, repository, shop)
      await indexed(app(), server, 'ann/mixed', mixed)
      await indexed(app(), server, 'ann/ruled', {
        '.holdfast/spec-rules.json': JSON.stringify(rules),
        'src/a.ts': 'export const a = 1\n',
        'src/a.test.ts': '',
      })
      await indexed(app(), server, 'ann/slow', {
        '.holdfast/spec-rules.json': '{ "rules": [{ "name": "x", "paths": "^(a|a)*$", "forbidden": true }] }',
        'a.ts': '',
      })
      await indexed(app(), server, 'ann/broken', {
        '.holdfast/spec-rules.json': '{ "rules": [{ "name": "x", "paths": "a(?=b)" }] }',
        'a.ts': '',
      })
    }, 60_000)

    const places = (list: { file: string; line: number }[]) => list.map(({ file, line }) => `${file}:${line}`)

    test('a place leads to its definition, through barrels and renamings', async () => {
      const at = (file: string, line: number, symbol: string) =>
        ask('go_to_definition', { repository, file, line, symbol })
      expect(places((await at('src/cart.ts', 8, 'formatMoney')).definitions)).toEqual([
        'packages/money/src/format.ts:1',
      ])
      expect(places((await at('src/latest.ts', 1, 'open')).definitions)).toEqual(['src/cart.ts:10'])
      expect(places((await at('src/contest/inspect.ts', 2, 'open')).definitions)).toEqual(['src/cart.ts:10'])
      const line = await ask('go_to_definition', { repository, file: 'src/cart.ts', line: 8 })
      expect([places(line.definitions), line.exact]).toEqual([['packages/money/src/format.ts:1'], true])
      const add = await at('src/contest/inspect.ts', 3, 'add')
      expect([places(add.definitions), add.exact]).toEqual([['src/cart.ts:7'], true])
      expect(await at('src/cart.ts', 8, 'pad')).toMatchObject({ definitions: [], package: 'left-pad' })
      expect(
        (await ask('go_to_definition', { repository, file: 'src/cart.ts', line: 7, column: 59 }))
          .definitions[0].symbol,
      ).toBe('Cart.show')
      await expect(at('src/cart.ts', 3, 'open')).rejects.toThrow(
        /no name that can be followed at src\/cart\.ts:3.*Read the line with get_file/,
      )
      await expect(ask('go_to_definition', { repository, file: 'src/cart.ts' })).rejects.toThrow('/symbol')
    })

    test('callers and callees, level by level', async () => {
      const found = await ask('get_call_hierarchy', {
        repository,
        symbol: 'open',
        file: 'src/cart.ts',
        depth: 2,
      })
      expect(
        found.callers.map((one: Answer) => `${one.level} ${one.symbol} ${one.file}:${one.line}`),
      ).toEqual([
        '1 (top of the file) src/cart.test.ts:2',
        '1 cart src/contest/inspect.ts:2',
        '1 later src/latest.ts:2',
      ])
      expect(found.callees).toMatchObject([{ symbol: 'Cart', level: 1 }])
      const show = await ask('get_call_hierarchy', {
        repository,
        symbol: 'Cart.show',
        direction: 'callees',
        depth: 1,
      })
      expect(show.callees).toMatchObject([{ symbol: 'format', file: 'src/cart.ts', line: 8 }])
    })

    test('a diff reaches the users of the symbols whose lines it changes, and no others', async () => {
      const diff = `diff --git a/src/latest.ts b/src/latest.ts
--- a/src/latest.ts
+++ b/src/latest.ts
@@ -2,2 +2,2 @@
-export const later = () => open().add(5)
+export const later = () => open().add(6)
 export function shadow(open: () => number) { return open() }
`
      const found = await ask('analyze_change_impact', { repository, diff })
      expect(found.affected_files.map(({ path }: Answer) => path)).toEqual(['src/latest.ts', 'src/index.ts'])
      expect(found.changed_symbols).toMatchObject([{ symbol: 'later', usages: 1, files: ['src/index.ts'] }])
      expect(found.risk_level).toBe('low')
    })

    test('paths reach who imports them; tests to run and what does not fit are told', async () => {
      const found = await ask('analyze_change_impact', {
        repository,
        change_type: 'refactor',
        files_to_modify: ['src/cart.ts', 'src/typo.ts'],
        files_to_create: ['src/index.ts'],
        files_to_delete: ['ring/a.ts'],
        breaking_changes: true,
      })
      expect(found.test_scope.test_files).toEqual(['src/cart.test.ts'])
      expect(found.architectural_warnings).toEqual(['ring/a.ts goes, and 1 file uses it'])
      expect(found.conflicts.map(({ type, description }: Answer) => `${type} ${description}`)).toEqual([
        'missing_file src/typo.ts is not in the index',
        'existing_file src/index.ts is there already',
      ])
      expect(found).toMatchObject({ risk_level: 'high', total_affected: 7 })
      await expect(ask('analyze_change_impact', { repository })).rejects.toThrow('/files_to_modify')
      await expect(ask('analyze_change_impact', { repository, diff: 'hello' })).rejects.toThrow('/diff')
    })

    test('a diff that takes a file away names who still imports it, and what it uses', async () => {
      const diff = `diff --git a/src/latest.ts b/src/latest.ts
deleted file mode 100644
--- a/src/latest.ts
+++ /dev/null
@@ -1,3 +0,0 @@
-import { open } from '@/index'
-export const later = () => open().add(5)
-export function shadow(open: () => number) { return open() }
`
      const found = await ask('analyze_change_impact', { repository, diff })
      expect(found.changed_symbols).toMatchObject([{ symbol: 'later', files: ['src/index.ts'] }])
      expect(found.architectural_warnings).toEqual(['src/latest.ts goes, and 1 file uses it'])
      expect(found.risk_level).toBe('high')
      const moved = `diff --git a/src/latest.ts b/src/newest.ts
similarity index 100%
rename from src/latest.ts
rename to src/newest.ts
`
      expect(await ask('analyze_change_impact', { repository, diff: moved })).toMatchObject({
        architectural_warnings: ['src/latest.ts moves to src/newest.ts, and 1 file uses it'],
        risk_level: 'high',
      })
      const both = `${diff}diff --git a/src/index.ts b/src/index.ts
--- a/src/index.ts
+++ b/src/index.ts
@@ -2,1 +2,0 @@
-export { later as soon } from '@/latest'
`
      expect(await ask('analyze_change_impact', { repository, diff: both })).toMatchObject({
        architectural_warnings: [],
      })
    })

    test('files of a package use each other without an import', async () => {
      const inMixed = (given: object) => ask('analyze_change_impact', { repository: 'ann/mixed', ...given })
      const near = await inMixed({ files_to_modify: ['java/src/main/java/a/Cart.java'] })
      expect(near.affected_files.map(({ path }: Answer) => path)).toContain('java/src/main/java/a/Near.java')
      const gone = await inMixed({ files_to_delete: ['cart/helper.go'] })
      expect(gone.architectural_warnings).toEqual(['cart/helper.go goes, and 1 file uses it'])
      const diff = `diff --git a/cart/helper.go b/cart/help.go
similarity index 100%
rename from cart/helper.go
rename to cart/help.go
`
      expect(await inMixed({ diff })).toMatchObject({ architectural_warnings: [] })
    })

    test('a conflict is never a low risk', async () => {
      const missing = await ask('analyze_change_impact', { repository, files_to_modify: ['src/nope.ts'] })
      expect(missing).toMatchObject({ risk_level: 'high', conflicts: [{ severity: 'high' }] })
      expect(missing.summary).toBe('0 files affected, 0 test files, risk high')
      const existing = await ask('analyze_change_impact', { repository, files_to_create: ['other/open.ts'] })
      expect(existing).toMatchObject({ risk_level: 'medium', conflicts: [{ severity: 'medium' }] })
    })

    test('indirect dependents are named; one is one', async () => {
      const found = await ask('analyze_change_impact', { repository, files_to_modify: ['src/cart.ts'] })
      expect(found.affected_files[0]).toMatchObject({
        path: 'src/cart.ts',
        indirect_dependents_count: 2,
        indirect_dependents: ['src/contest/inspect.ts', 'src/latest.ts'],
      })
      expect(found.summary).toBe('3 files affected, 1 test file, risk low')
      expect(found.test_scope.coverage_impact).toStartWith('1 test file reaches the 2 files that change')
    })

    test('circles of imports', async () => {
      const found = await ask('find_cycles', { repository })
      expect(found.cycles).toEqual([
        { files: 3, cycle: ['ring/a.ts', 'ring/b.ts', 'ring/c.ts', 'ring/a.ts'] },
        { files: 2, cycle: ['src/index.ts', 'src/latest.ts', 'src/index.ts'] },
      ])
      expect((await ask('find_cycles', { repository, path: 'packages' })).total).toBe(0)
    })

    test('external packages with what is asked for and what is settled', async () => {
      const found = await ask('list_dependencies', { repository })
      expect(found.dependencies).toMatchObject([
        {
          name: 'left-pad',
          ecosystem: 'npm',
          kind: 'runtime',
          wanted: '^1.3.0',
          version: '1.3.0',
          manifest: 'package.json',
        },
        { name: 'vitest', kind: 'development', wanted: '2.0.0', version: null },
      ])
      const others = await ask('list_dependencies', { repository: 'ann/mixed' })
      expect(others.dependencies.map(({ ecosystem, name }: Answer) => `${ecosystem} ${name}`)).toEqual([
        'go github.com/acme/log',
        'cargo serde',
      ])
      expect((await ask('list_dependencies', { repository, name: 'LEFT_' })).total).toBe(0)
      await expect(ask('list_dependencies', { repository, limit: 10_000 })).rejects.toThrow('/limit')
    })

    test('a plan is checked against the repository and its own rules', async () => {
      const given = {
        feature_name: 'Vouchers',
        files_to_create: [{ path: 'src/Voucher.ts' }, { path: 'src/a.ts' }],
        files_to_modify: [{ path: 'src/b.ts' }],
        migrations: [{ filename: 'vouchers.sql' }],
        dependencies_to_add: [{ name: 'moment' }],
      }
      const found = await ask('validate_implementation_spec', { repository: 'ann/ruled', ...given })
      expect(found.rules).toBe('.holdfast/spec-rules.json')
      expect(
        found.errors.map(({ type, affected_resource }: Answer) => `${type} ${affected_resource}`),
      ).toEqual([
        'file_exists src/a.ts',
        'file_missing src/b.ts',
        'tests src/Voucher.ts',
        'tests src/b.ts',
        'migration_name vouchers.sql',
        'forbidden_package moment',
      ])
      expect(found.warnings.map(({ type }: Answer) => type)).toEqual(['names', 'package_version'])
      expect(found).toMatchObject({ valid: false, risk_assessment: 'high' })
      const generic = await ask('validate_implementation_spec', {
        repository,
        feature_name: 'x',
        files_to_create: [{ path: '.env' }],
      })
      expect(generic).toMatchObject({ valid: false, rules: 'generic', errors: [{ type: 'secrets' }] })
      // With backtracking this pattern would take longer than the sun has left.
      const slow = await ask('validate_implementation_spec', {
        repository: 'ann/slow',
        feature_name: 'x',
        files_to_create: [{ path: `${'a'.repeat(100)}!` }, { path: 'aa' }],
      })
      expect(slow.errors).toMatchObject([{ type: 'x', affected_resource: 'aa' }])
      const broken = await ask('validate_implementation_spec', {
        repository: 'ann/broken',
        feature_name: 'x',
      })
      expect(broken.errors[0].message).toContain('look-around')
    })

    test('the context of a task, and statistics', async () => {
      const found = await ask('generate_task_context', {
        repository,
        files: ['src/cart.ts'],
        include_symbols: true,
      })
      expect(found).toMatchObject({ testFiles: ['src/cart.test.ts'], indexStale: false, recentChanges: [] })
      expect(found.impactedFiles).toEqual(['src/index.ts', 'src/contest/inspect.ts', 'src/latest.ts'])
      expect(found.targetFiles[0].symbols[0]).toBe('5 class Cart')
      const counts = await ask('get_index_statistics', { repository })
      expect(counts).toMatchObject({
        files: Object.keys(shop).length,
        test_files: 1,
        unresolved_references: 1,
        external_packages: 2,
      })
    })

    test('Go, Python, Rust and Java: usages through packages, renamings, modules and neighbours', async () => {
      const used = async (symbol: string, file: string) =>
        places((await ask('find_usages', { repository: 'ann/mixed', symbol, file })).usages)
      expect(await used('New', 'cart/cart.go')).toEqual(['main.go:5'])
      expect(await used('helper', 'cart/helper.go')).toEqual(['cart/cart.go:5'])
      expect(await used('Cart', 'py/shop/cart.py')).toEqual([
        'py/main.py:1',
        'py/main.py:3',
        'py/main.py:5',
        'py/shop/__init__.py:1',
      ])
      expect(await used('Cart.add', 'py/shop/cart.py')).toEqual(['py/main.py:4'])
      expect(await used('open', 'rs/src/cart.rs')).toEqual([
        'rs/src/main.rs:2',
        'rs/src/main.rs:3',
        'rs/src/main.rs:3',
      ])
      expect(await used('Cart', 'java/src/main/java/a/Cart.java')).toEqual([
        'java/src/main/java/a/Cart.java:2',
        'java/src/main/java/a/Cart.java:2',
        'java/src/main/java/a/Near.java:2',
        'java/src/main/java/a/Near.java:2',
        'java/src/main/java/b/Far.java:2',
        'java/src/main/java/b/Far.java:3',
      ])
      const main = await ask('search_dependencies', { repository: 'ann/mixed', file_path: 'main.go' })
      expect(main.dependencies.direct).toEqual(['cart/cart.go', 'cart/helper.go'])
    })
  },
  { env: fixtureEnv(server) },
)
