import { expect, test } from 'bun:test'
import { usagesOf } from '../../../src/modules/code/graph/usages/usages-of'
import { memoryGraph } from './memory-graph'

const texts = new Map([
  [
    'shop.js',
    `exports.made = function () { return new Till() }
module.exports.Till = class Till { ring() {} }
function Shop() {}
Shop.prototype.open = function open() {}
Shop.prototype = { close: function () {} }
exports.Shop = Shop
el.onclick = () => {}
function hidden() { el.onload = () => {} }
`,
  ],
  ['make.js', 'exports = module.exports = make\nfunction make() {}\nmake.twice = function () {}\n'],
  ['folder/index.js', "module.exports = require('../make')\n"],
  ['class.js', 'module.exports = class { run() {} }\n'],
  ['own.js', 'module.exports = function own() {}\n'],
  ['list.js', 'module.exports = { first: function () {}, second() {}, third: () => {} }\n'],
  ['types.ts', 'export function price() {}\nexport class Cart { add() {} }\n'],
  [
    'use.js',
    `const shop = require('./shop')
shop.made()
const { made } = require('./shop')
made()
new shop.Till().ring()
const twin = require('./shop').made
twin()
const make = require('./folder')
make()
const K = require('./class')
new K().run()
const own = require('./own')
own()
require('./list').first()
const { second, third: other } = require('./list')
second()
other()
new shop.Shop().open()
`,
  ],
  [
    'later.ts',
    `export const a = () => import('./types').then((m) => m.price())
export const b = () => import('./types').then(({ price: other }) => other())
export const c = lazy(() => import('./types').then((m) => ({ default: m.Cart })))
export const d = () => import('./types').then(function (m) { return new m.Cart().add() })
import('./types').catch(() => {})
`,
  ],
])

test.each([
  ['shop.js', 'made', ['2', '3', '4', '6', '7']],
  ['shop.js', 'Till', ['5']],
  ['shop.js', 'ring', ['5']],
  ['make.js', 'make', ['8', '9']],
  ['class.js', 'default', ['10', '11']],
  ['class.js', 'run', ['11']],
  ['own.js', 'own', ['12', '13']],
  ['list.js', 'first', ['14']],
  ['list.js', 'second', ['15', '16']],
  ['list.js', 'third', ['15', '17']],
  ['types.ts', 'price', ['1', '2', '2']],
  ['types.ts', 'Cart', ['3', '4']],
  ['types.ts', 'add', ['4']],
])('what %s gives as %s is found where require and import() take it', async (path, name, lines) => {
  const graph = await memoryGraph(texts)
  const [definition] = await graph.named(path, name)
  const { certain } = await usagesOf(graph, definition!)
  const elsewhere = certain.filter((one) => one.path === (path === 'types.ts' ? 'later.ts' : 'use.js'))
  expect(elsewhere.map(({ line }) => String(line))).toEqual(lines)
})

test('functions that are assigned are definitions: of the module, of what they are methods of, of the top of a file', async () => {
  const { symbols } = await (await memoryGraph(texts)).facts('shop.js')
  expect(
    symbols.map(({ container, name, kind }) => `${kind} ${container ? `${container}.` : ''}${name}`),
  ).toEqual([
    'function made',
    'class Till',
    'method Till.ring',
    'function Shop',
    'method Shop.open',
    'method Shop.close',
    'method el.onclick',
    'function hidden',
  ])
  const graph = await memoryGraph(texts)
  const [open] = await graph.named('shop.js', 'open')
  const { certain, possible } = await usagesOf(graph, open!)
  expect([certain, possible.map(({ path, line }) => [path, line])]).toEqual([[], [['use.js', 18]]])
})
