import { expect, test } from 'bun:test'
import { measure } from './accuracy'
import { memoryGraph } from './memory-graph'

/** The sources of a part of zod, which has barrels, namespaces and declarations that share a name. */
async function sources(folder: string): Promise<Map<string, string>> {
  const root = new URL(`../../../node_modules/zod/src/${folder}/`, import.meta.url).pathname
  const texts = new Map<string, string>()
  for (const path of new Bun.Glob('**/*.ts').scanSync(root)) {
    if (!/(^|\/)(tests|locales|benchmarks)\//.test(path)) texts.set(path, await Bun.file(root + path).text())
  }
  return texts
}

test.each(['v3', 'v4/mini'])(
  'usages in zod/%s are those of TypeScript’s language service',
  async (folder) => {
    const texts = await sources(folder)
    const found = await measure(
      await memoryGraph(texts),
      texts,
      ({ symbol }) => symbol.container === undefined,
    )
    expect(found.symbols).toBeGreaterThan(50)
    expect(found.usages).toBeGreaterThan(200)
    expect(found.precision).toBeGreaterThanOrEqual(0.95)
    expect(found.recall).toBeGreaterThanOrEqual(0.95)
  },
  60_000,
)

test('members in ajv’s code generator are those of TypeScript’s language service', async () => {
  const root = new URL('../../../node_modules/ajv/lib/compile/codegen/', import.meta.url).pathname
  const texts = new Map<string, string>()
  for (const path of new Bun.Glob('*.ts').scanSync(root)) texts.set(path, await Bun.file(root + path).text())
  const found = await measure(await memoryGraph(texts), texts, ({ symbol }) => symbol.container !== undefined)
  expect(found.usages).toBeGreaterThan(500)
  expect(found.precision).toBeGreaterThanOrEqual(0.95)
  expect(found.recall).toBeGreaterThanOrEqual(0.95)
}, 60_000)

test('a local name that shadows an import is no usage of it; types and values of one name are kept apart', async () => {
  const texts = new Map([
    [
      'a.ts',
      'export const size = 1\nexport interface Shape { size: number }\nexport const Shape = { size }\n',
    ],
    [
      'b.ts',
      "import { size, Shape } from './a'\nexport const f = (size: number) => size\nexport const g = () => { const size = 2; return size }\nexport const h = (shape: Shape): typeof Shape => ({ ...Shape, size, shape } as never)\nfor (const size of [1]) console.log(size)\nexport { size }\n",
    ],
    [
      'c.ts',
      "import * as all from './b'\nexport const x = all.size + all.f(all.g())\nexport { size as other } from './b'\n",
    ],
    [
      'd.ts',
      "import { other } from './c'\nlabel: for (;;) break label\nexport default class { size = other }\n",
    ],
  ])
  const found = await measure(await memoryGraph(texts), texts, ({ symbol }) => symbol.container === undefined)
  expect([found.missed, found.invented]).toEqual([[], []])
  expect(found.usages).toBe(15)
})
