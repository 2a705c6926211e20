import { expect, test } from 'bun:test'
import { boundOf } from '../../../src/modules/code/graph/bound'
import { readDiff } from '../../../src/modules/code/graph/impact/diff'
import { measureImpact, touching } from '../../../src/modules/code/graph/impact/impact'
import { createProject, type Project } from '../../../src/modules/code/graph/resolution/project'
import { createResolver } from '../../../src/modules/code/graph/resolution/resolver'
import { checkPlan } from '../../../src/modules/code/graph/spec-rules/check'
import { findComponents, shortestCycle } from '../../../src/modules/code/graph/tools/components'
import { shorten } from '../../../src/modules/code/graph/tools/find-cycles'
import { walkImports } from '../../../src/modules/code/graph/tools/walk'
import { pageOfWalk } from '../../../src/modules/code/graph/tools/walk-page'
import { usagesOf } from '../../../src/modules/code/graph/usages/usages-of'
import { extract } from '../../../src/modules/code/parsing/extract'
import { memoryGraph } from './memory-graph'

/** Calls `count` each time before the function does its work. */
const before =
  <A extends unknown[], R>(count: () => void, ask: (...given: A) => R) =>
  (...given: A): R => {
    count()
    return ask(...given)
  }

/** A project that counts how often it is asked. */
function counted(paths: readonly string[], manifests: Record<string, string>) {
  const project = createProject(paths, new Map(Object.entries(manifests)))
  let asked = 0
  const count = <A extends unknown[], R>(ask: (...given: A) => R) => before(() => asked++, ask)
  const counting: Project = {
    ...project,
    has: count(project.has),
    hasFolder: count(project.hasFolder),
    named: count(project.named),
    endingIn: count(project.endingIn),
  }
  return { resolve: createResolver(counting), asked: () => asked }
}

const script = (from: string, specifier: string) => ({
  from,
  language: 'typescript',
  kind: 'import',
  specifier,
})

test.each(['[', '{"a":', '{"extends":['])(
  'a tsconfig nested beyond all measure (%s…) maps nothing',
  (open) => {
    const { resolve } = counted(['a.ts', 'b.ts', 'tsconfig.json'], { 'tsconfig.json': open.repeat(200_000) })
    expect(resolve(script('a.ts', './b'))).toEqual({ path: 'b.ts' })
    expect(resolve(script('a.ts', '@/b'))).toEqual({})
  },
)

test('exports nested beyond all measure offer nothing', () => {
  const deep = `{"name":"x","exports":${'{"a":'.repeat(3000)}"./a.js"${'}'.repeat(3000)}}`
  const { resolve } = counted(['p/a.js', 'p/package.json', 'b.ts'], { 'p/package.json': deep })
  expect(resolve(script('b.ts', 'y'))).toEqual({ package: 'y' })
  expect(() => resolve(script('b.ts', 'x/sub'))).not.toThrow()
})

const paths = (of: number) =>
  JSON.stringify({
    compilerOptions: {
      paths: Object.fromEntries(Array.from({ length: of }, (_, n) => [`@p${n}/*`, [`s${n}/*`]])),
    },
  })

test.each([10, 20_000])('what a specifier costs does not grow with the patterns of a tsconfig (%d)', (of) => {
  const { resolve, asked } = counted(['s7/a.ts', 'b.ts', 'tsconfig.json'], { 'tsconfig.json': paths(of) })
  expect(resolve(script('b.ts', '@p7/a'))).toEqual({ path: 's7/a.ts' })
  const spent = asked()
  for (let n = 0; n < 100; n++) expect(resolve(script('b.ts', `@none${n}/a`)).path).toBeUndefined()
  expect(asked() - spent).toBeLessThanOrEqual(100)
})

test('patterns that all fit are tried up to a bound', () => {
  const many = Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`@${'a'.repeat(n)}*`, ['none/*']]))
  const { resolve, asked } = counted(['b.ts', 'tsconfig.json'], {
    'tsconfig.json': JSON.stringify({ compilerOptions: { paths: many } }),
  })
  resolve(script('b.ts', `@${'a'.repeat(5000)}`))
  expect(asked()).toBeLessThan(64 * 25)
})

test('of thousands of configurations around a file the nearest few count', () => {
  const names = Array.from({ length: 3000 }, (_, n) => `tsconfig.${n}.json`)
  const { resolve, asked } = counted(
    ['b.ts', ...names],
    Object.fromEntries(names.map((name) => [name, paths(3)])),
  )
  resolve(script('b.ts', '@p1/x'))
  expect(asked()).toBeLessThan(16 * 25)
})

test('a chain of thousands of configurations is followed a few steps', () => {
  const names = Array.from({ length: 20_000 }, (_, n) => `c/tsconfig.${n}.json`)
  const chain = names.map((name, n) => [name, JSON.stringify({ extends: `./tsconfig.${n + 1}.json` })])
  const { resolve } = counted(['c/b.ts', ...names], Object.fromEntries(chain))
  expect(resolve(script('c/b.ts', '@/x'))).toEqual({})
})

test.each([
  ['java', 'import', 'com.acme.Main', Array.from({ length: 5000 }, (_, n) => `m${n}/acme/Main.java`)],
  ['c', 'include', 'acme/main.h', Array.from({ length: 5000 }, (_, n) => `m${n}/acme/main.h`)],
] as const)(
  'of thousands of files of one name in %s a few are looked at',
  (language, kind, specifier, files) => {
    const project = createProject([...files], new Map())
    expect(project.endingIn(files[0]!.split('/').slice(1).join('/')).length).toBeLessThanOrEqual(200)
    expect(createResolver(project)({ from: 'x/y', language, kind, specifier })).toBeDefined()
  },
)

test('a cycle of 20,000 files is found once, and shown short', () => {
  const targets = new Map(
    Array.from({ length: 20_000 }, (_, n) => [`f${n}`, [`f${(n + 1) % 20_000}`]] as [string, string[]]),
  )
  let looked = 0
  const counting = {
    get: before(
      () => looked++,
      (key: string) => targets.get(key),
    ),
    keys: () => targets.keys(),
  }
  const groups = findComponents(counting as never)
  expect(groups.map(({ length }) => length)).toEqual([20_000])
  const cycle = shortestCycle(groups[0]!, counting as never)
  expect(cycle).toHaveLength(20_001)
  // Each node is asked for its edge, and for there being no further one.
  expect(looked).toBeLessThanOrEqual(3 * 20_000)
  expect(shorten(cycle)).toHaveLength(31)
})

test('a file that 20,000 import is walked once for each', async () => {
  const graph = {
    file: async (path: string) => ({ path, language: 'typescript', test: false }),
    importsInto: async (all: string[]) =>
      all.includes('hub') ? Array.from({ length: 20_000 }, (_, n) => ({ from: `f${n}`, path: 'hub' })) : [],
  }
  const walk = await walkImports(graph as never, 'hub', 'dependents', 5, true)
  expect(walk.count).toBe(4999)
})

test('a page of a walk has a bounded size, and all pages give all of it', () => {
  const path = (n: number) => `${'long/'.repeat(150)}${n}`
  const walk = {
    direct: Array.from({ length: 300 }, (_, n) => path(n)),
    indirect: { [path(1)]: Array.from({ length: 300 }, (_, n) => path(1000 + n)) },
    cycles: Array.from({ length: 20 }, () => [path(1), path(2)]),
    count: 600,
  }
  const seen: string[] = []
  for (let from = 0; from < walk.count; ) {
    const { page, given } = pageOfWalk(walk, from, 1000)
    expect(JSON.stringify(page).length).toBeLessThan(20_000)
    expect(given).toBeGreaterThan(from)
    seen.push(...page.direct, ...Object.values(page.indirect).flat())
    from = given
  }
  expect(seen).toEqual([...walk.direct, ...Object.values(walk.indirect).flat()])
})

test('lines are looked up in a diff of 100,000 pieces by bisection', () => {
  const lines = Array.from({ length: 100_000 }, (_, n) => `@@ -${3 * n + 1} +${3 * n + 1} @@\n-a\n+b`)
  const [file] = readDiff(`diff --git a/x.ts b/x.ts\n--- a/x.ts\n+++ b/x.ts\n${lines.join('\n')}\n`)
  let read = 0
  const ranges = file!.ranges.map(
    (range) =>
      new Proxy(range, {
        get: before(
          () => read++,
          (of, key) => Reflect.get(of, key),
        ),
      }) as [number, number],
  )
  const touches = touching(ranges)
  read = 0
  expect([touches(1, 1), touches(3, 3), touches(2, 4), touches(300_001, 400_000)]).toEqual([
    true,
    false,
    true,
    false,
  ])
  expect(read).toBe(0)
})

test('a change of thousands of files follows a bounded number', async () => {
  const texts = new Map(
    Array.from({ length: 300 }, (_, n) => [
      `f${n}.ts`,
      `export const a${n} = 1\nexport const b${n} = a${n}\n`,
    ]),
  )
  const graph = await memoryGraph(texts)
  let uses = 0
  const counting = { ...graph, uses: before(() => uses++, graph.uses) }
  const changes = [...texts.keys()].map((path) => ({
    path,
    previous: undefined,
    status: 'modified' as const,
    ranges: [[1, 2]] as [number, number][],
  }))
  const impact = await measureImpact(counting, changes)
  expect(impact.affected.size).toBe(300)
  expect(impact.symbols.length).toBeLessThanOrEqual(240)
  expect(uses).toBeLessThanOrEqual(2 * 240)
})

test('usages of a name that is imported thousands of times cost one look at each', async () => {
  const many = 2000
  const names = Array.from({ length: many }, (_, n) => `a as a${n}`).join(', ')
  const reads = Array.from({ length: many }, (_, n) => `a${n}`).join('\n')
  const again = Array.from({ length: many }, (_, n) => `a${n} as b${n}`).join(', ')
  const graph = await memoryGraph(
    new Map([
      ['a.ts', 'export const a = 1\n'],
      ['b.ts', `import { ${names} } from './a'\n${reads}\nexport { ${again} }\n`],
    ]),
  )
  let bounds = 0
  const counting = { ...graph, bound: before(() => bounds++, graph.bound) }
  const [definition] = await graph.named('a.ts', 'a')
  const { certain } = await usagesOf(counting, definition!)
  expect(certain).toHaveLength(3 * many)
  // Two thousand names that a file passes on are one question, not two thousand.
  expect(bounds).toBeLessThan(50)
})

test('an import takes its row by its place', () => {
  const bindings = Array.from({ length: 3 }, (_, n) => ({
    local: `l${n}`,
    imported: `i${n}`,
    line: 1,
    column: n,
  }))
  const row = (path: string) => ({ path }) as never
  const found = boundOf(
    { imports: [{ kind: 'import', specifier: 'x', line: 1, column: 1, bindings }] } as never,
    [row('a'), row('b'), row('c')],
  )
  expect(found.map(({ index, path }) => [index, path])).toEqual([
    [0, 'a'],
    [1, 'b'],
    [2, 'c'],
  ])
})

test('whether planned files have tests is one look at the files of the repository', async () => {
  const existing = new Set(Array.from({ length: 20_000 }, (_, n) => `src/f${n}.ts`))
  existing.add('test/cart.total.test.ts')
  existing.add('test/CrateTest.java')
  let asked = 0
  const create = [
    'src/cart.ts',
    'src/Crate.java',
    'src/art.ts',
    ...Array.from({ length: 197 }, (_, n) => `src/n${n}.ts`),
  ]
  const isTest = before(
    () => asked++,
    (path: string) => path.startsWith('test/'),
  )
  const found = await checkPlan(
    { create: create.map((path) => ({ path })), modify: [], migrations: [], packages: [] },
    { existing, packages: new Set(), isTest },
    { rules: [{ name: 'tests', needs_test: true }] },
  )
  const untested = found.map(({ affected_resource }) => affected_resource)
  expect(untested).toContain('src/art.ts')
  expect(untested).not.toContain('src/cart.ts')
  expect(untested).not.toContain('src/Crate.java')
  expect(asked).toBeLessThanOrEqual(existing.size + 2 * create.length)
})

test('members of a type whose types lead in circles are found out in bounded steps', async () => {
  const many = 400
  const circle = Array.from(
    { length: many },
    (_, n) =>
      `export class C${n} { next = new C${(n + 1) % many}(); other: C${(n + 7) % many} | C${(n + 3) % many} }`,
  )
  const chain = `x${'.next'.repeat(500)}.other`
  const texts = new Map([['a.ts', `${circle.join('\n')}\nexport const f = (x: C0) => ${chain}\n`]])
  const graph = await memoryGraph(texts)
  const { inferenceOf } = await import('../../../src/modules/code/graph/inference/infer')
  const [definition] = (await graph.named('a.ts', 'other')).filter(({ symbol }) => symbol.container === 'C0')
  await usagesOf(graph, definition!)
  expect(inferenceOf(graph).steps).toBeLessThanOrEqual(100_000)
})

test.each([
  ['java', (way: string) => `class A { Object f() { return ${way}.Zz.of(); } }`, '.'],
  ['rust', (way: string) => `fn f() { crate::${way}::zz(); }`, '::'],
])('a name with its whole path is one up to 200 letters: %s', async (language, text, dot) => {
  const importsOf = async (parts: number) =>
    (await extract(language, text(Array(parts).fill('aa').join(dot)))).imports
  expect((await importsOf(3)).at(-1)).toMatchObject({ kind: 'path' })
  expect((await importsOf(300)).every(({ specifier }) => specifier.length <= 200)).toBe(true)
})

test('the tokens of a macro are read in their order, however many', async () => {
  const { references } = await extract('rust', `fn f() { m!(${'a.b '.repeat(40_000)}); }`)
  expect(references.filter(({ name }) => name === 'b').every(({ target }) => target.to !== 'free')).toBe(true)
  expect(references).toHaveLength(80_001)
})
