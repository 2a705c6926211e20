import { expect, test } from 'bun:test'
import { usagesOf } from '../../../src/modules/code/graph/usages/usages-of'
import { memoryGraph } from './memory-graph'

const shop = `
export interface Priced { price(): number }
export class Base { log(text: string) {} }
export class Shop<T = Item> extends Base implements Priced {
  static open(): Shop { return new Shop() }
  constructor(readonly first: Item, private all: Item[] = []) { super() }
  items: Item[] = []
  held?: T
  price() { this.log('x'); return this.first.cost() }
  near = async (): Promise<Shop> => this
}
export class Item { cost() { return 1 } name = '' }
export type Options = { deep: { item: Item }; onItem: (item: Item) => void }
export function makeItem(): Item { return new Item() }
export const find = (shop: Shop) => shop.items.find((one) => one.name)
`

const uses: [what: string, of: string, code: string][] = [
  ['a parameter with a type', 'Item.cost', 'export const f = (x: Item) => x.cost()'],
  ['a parameter that may be missing', 'Item.cost', 'export const f = (x?: Item | null) => x?.cost()'],
  ['a value that is created', 'Item.cost', 'const x = new Item()\nx.cost()'],
  ['what a function gives', 'Item.cost', 'makeItem().cost()'],
  ['what a function gives, in a variable', 'Item.cost', 'const x = makeItem()\nx.cost()'],
  ['what a function gives that says no type', 'Item.cost', 'export const f = (s: Shop) => find(s)!.cost()'],
  ['a static member, and what it gives', 'Shop.items', 'Shop.open().items'],
  ['a field of a field', 'Item.cost', 'export const f = (s: Shop) => s.first.cost()'],
  ['an element', 'Item.cost', 'export const f = (s: Shop) => s.items[0]?.cost()'],
  ['each of a list', 'Item.cost', 'export const f = (s: Shop) => { for (const x of s.items) x.cost() }'],
  ['what a callback is given', 'Item.cost', 'export const f = (s: Shop) => s.items.map((x) => x.cost())'],
  ['what map makes', 'Item.cost', 'export const f = (s: Shop[]) => s.map((x) => x.first)[0]?.cost()'],
  ['what is awaited', 'Item.cost', 'export const f = async (s: Shop) => (await s.near()).first.cost()'],
  ['a part that is taken out', 'Item.cost', 'export const f = ({ first }: Shop) => first.cost()'],
  ['a part of a part', 'Item.cost', 'export const f = ({ deep: { item: x } }: Options) => x.cost()'],
  ['a type argument', 'Item.cost', 'export const f = (s: Shop<Item>) => s.held?.cost()'],
  ['a type parameter with a bound', 'Item.cost', 'export const f = <T extends Item>(x: T) => x.cost()'],
  [
    'a literal with a type',
    'Item.cost',
    'export const o: Options = { deep: 0 as never, onItem: (x) => x.cost() }',
  ],
  ['what instanceof tells', 'Item.cost', 'export const f = (x: unknown) => x instanceof Item && x.cost()'],
  ['what as tells', 'Item.cost', 'export const f = (x: unknown) => (x as Item).cost()'],
  ['either of two', 'Item.cost', 'export const f = (a: Item, b?: Item) => (b ?? a).cost()'],
  ['a subclass', 'Shop.price', 'class Kiosk extends Shop { go() { return this.price() } }\nexport { Kiosk }'],
  ['super', 'Shop.price', 'class Kiosk extends Shop { price() { return super.price() } }\nexport { Kiosk }'],
  ['the interface that it implements', 'Shop.price', 'export const f = (p: Priced) => p.price()'],
  ['what it inherits', 'Base.log', "export const f = (s: Shop) => s.log('')"],
  ['what is created of a subclass', 'Shop.constructor', 'class Kiosk extends Shop {}\nnew Kiosk(makeItem())'],
  ['a member by a string', 'Item.cost', "export const f = (x: Item) => x['cost']()"],
  ['the type of a member', 'Item.name', "export type Name = Item['name']"],
]

async function usagesIn(code: string, of: string) {
  const names = 'Base, Item, Options, Priced, Shop, find, makeItem'
  const texts = new Map([
    ['shop.ts', shop],
    ['barrel.ts', "export * from './shop'\n"],
    ['use.ts', `import { ${names} } from './barrel'\n${code}\n`],
  ])
  const graph = await memoryGraph(texts)
  const [container, name] = of.split('.')
  const [definition] = (await graph.named('shop.ts', name!)).filter(
    ({ symbol }) => symbol.container === container,
  )
  const { certain, possible } = await usagesOf(graph, definition!)
  const there = (all: typeof certain) => all.filter(({ path }) => path === 'use.ts')
  return { certain: there(certain), possible: there(possible) }
}

test.each(uses)('a member is used through %s', async (_what, of, code) => {
  const { certain, possible } = await usagesIn(code, of)
  expect(certain).toHaveLength(1)
  expect(possible).toEqual([])
})

test.each([
  [
    'a member of the same name of another type',
    'Item.cost',
    'class Other { cost() {} }\nnew Other().cost()',
    0,
  ],
  ['an instance has no static member', 'Shop.open', 'export const f = (s: Shop) => s.open', 0],
  ['a value of any type', 'Item.cost', 'export const f = (x: any) => x.cost()', 1],
  [
    'a value that the type is cast away of',
    'Item.cost',
    'export const f = (x: Item) => (x as any).cost()',
    1,
  ],
  [
    'what is made of itself',
    'Item.cost',
    'const a = b\nvar b = a\nexport const c = (b as never as typeof c).cost()',
    1,
  ],
] as const)('no usage: %s', async (_what, of, code, possible) => {
  const found = await usagesIn(code, of)
  expect([found.certain.length, found.possible.length]).toEqual([0, possible])
})

test('a function that is called through call or apply is called', async () => {
  const graph = await memoryGraph(
    new Map([['a.ts', 'function f(this: object) {}\nf.call({})\nf.apply({}, [])\nf.name\n']]),
  )
  const [definition] = await graph.named('a.ts', 'f')
  const { certain } = await usagesOf(graph, definition!)
  expect(certain.map(({ type }) => type)).toEqual(['call', 'call', 'read'])
})
