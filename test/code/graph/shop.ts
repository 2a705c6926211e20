/** A small repository with a workspace, an alias, a barrel, a cycle and tests. */
export const shop = {
  'package.json':
    '{ "name": "shop", "workspaces": ["packages/*"], "dependencies": { "left-pad": "^1.3.0" }, "devDependencies": { "vitest": "2.0.0" } }',
  'package-lock.json':
    '{ "lockfileVersion": 3, "packages": { "": {}, "node_modules/left-pad": { "version": "1.3.0" } } }',
  'tsconfig.json': '{ // aliases\n "compilerOptions": { "paths": { "@/*": ["./src/*"], }, } }',
  'packages/money/package.json': '{ "name": "@shop/money", "exports": { ".": "./dist/index.js" } }',
  'packages/money/src/index.ts': "export { format as formatMoney } from './format.js'\n",
  'packages/money/src/format.ts': 'export function format(cents: number): string { return String(cents) }\n',
  'src/cart.ts':
    "import { formatMoney } from '@shop/money'\nimport pad from 'left-pad'\n\n/** What is bought. */\nexport class Cart {\n  total = 0\n  add(cents: number) { this.total += cents; return this.show() }\n  show() { return pad(formatMoney(this.total), 9) }\n}\nexport const open = () => new Cart()\n",
  'src/index.ts': "export * from './cart'\nexport { later as soon } from '@/latest'\nimport './gone'\n",
  'src/latest.ts':
    "import { open } from '@/index'\nexport const later = () => open().add(5)\nexport function shadow(open: () => number) { return open() }\n",
  'src/contest/inspect.ts':
    "import * as shop from '../index.js'\nconst cart: shop.Cart = shop.open()\nexport const run = () => cart.add(1)\nexport const any = (one) => one.add(2)\n",
  'src/cart.test.ts': "import { Cart, open } from '@/cart'\nopen().add(1)\nnew Cart().add(2)\n",
  'other/open.ts': 'export const open = 1\nexport const twice = open * 2\n',
  'ring/a.ts': "import { b } from './b'\nexport const a = () => b()\n",
  'ring/b.ts': "import { c } from './c'\nexport const b = () => c()\n",
  'ring/c.ts': "import { a } from './a'\nexport const c = () => a()\n",
}
