import { expect, test } from 'bun:test'
import { createProject } from '../../../src/modules/code/graph/resolution/project'
import { createResolver } from '../../../src/modules/code/graph/resolution/resolver'

/** A repository: paths with the texts of manifests; other files need none. */
type Tree = Record<string, string>
/** From which file, what, and where it leads: a path, `package:name` or nothing. */
type Row = [from: string, specifier: string, leadsTo: string, imported?: string]

function check(language: string, tree: Tree, rows: Row[], kind = 'import') {
  const resolve = createResolver(createProject(Object.keys(tree), new Map(Object.entries(tree))))
  const found = rows.map(([from, specifier, , imported]): Row => {
    const { path, package: name } = resolve({ from, language, kind, specifier, imported })
    const leadsTo = path ?? (name === undefined ? '' : `package:${name}`)
    return imported === undefined ? [from, specifier, leadsTo] : [from, specifier, leadsTo, imported]
  })
  expect(found).toEqual(rows)
}

test('TypeScript: relative paths, extensions of the source, folders', () => {
  const tree = {
    'src/a.ts': '',
    'src/b.tsx': '',
    'src/c/index.ts': '',
    'src/d.d.ts': '',
    'src/e.mts': '',
    'src/f.json': '',
    'g.js': '',
  }
  check('typescript', tree, [
    ['src/x.ts', './a', 'src/a.ts'],
    ['src/x.ts', './a.js', 'src/a.ts'],
    ['src/x.ts', './b.js', 'src/b.tsx'],
    ['src/x.ts', './b.jsx', 'src/b.tsx'],
    ['src/x.ts', './c', 'src/c/index.ts'],
    ['src/x.ts', './c/', 'src/c/index.ts'],
    ['src/c/y.ts', '.', 'src/c/index.ts'],
    ['src/c/y.ts', '..', ''],
    ['src/x.ts', './d', 'src/d.d.ts'],
    ['src/x.ts', './e.mjs', 'src/e.mts'],
    ['src/x.ts', './f.json', 'src/f.json'],
    ['src/x.ts', '../g', 'g.js'],
    ['src/x.ts', './gone', ''],
    ['src/x.ts', '../../../etc/passwd', ''],
    ['src/x.ts', 'node:fs/promises', 'package:node:fs'],
    ['src/x.ts', 'fs', 'package:node:fs'],
    ['src/x.ts', '@scope/pkg/deep', 'package:@scope/pkg'],
    ['src/x.ts', './a?raw', 'src/a.ts'],
  ])
})

test('TypeScript: paths of every tsconfig, with comments, extends and wildcards', () => {
  const tree = {
    'tsconfig.base.json':
      '{ // shared\n "compilerOptions": { "baseUrl": ".", "paths": { "@shared/*": ["libs/shared/*"], "exact": ["libs/exact.ts"], }, }, }',
    'apps/web/tsconfig.json': '{ "extends": "../../tsconfig.base.json" }',
    'apps/api/tsconfig.json': '{ "files": [], "references": [{ "path": "./tsconfig.app.json" }] }',
    'apps/api/tsconfig.app.json':
      '/* app */ { "compilerOptions": { "paths": { "@/*": ["./src/*", "./gen/*"], "*": ["./types/*"], "@x/*/end": ["./src/*.ts"] } } }',
    'apps/lib/jsconfig.json': '{ "compilerOptions": { "baseUrl": "src" } }',
    'apps/pkg/tsconfig.json': '{ "extends": ["@acme/config/strict"] }',
    'config/package.json': '{ "name": "@acme/config" }',
    'config/strict.json': '{ "compilerOptions": { "paths": { "~/*": ["../apps/pkg/*"] } } }',
    'apps/loop/tsconfig.json':
      '{ "extends": "./tsconfig.json", "compilerOptions": { "paths": { "@l/*": ["*"] } } }',
    'libs/shared/a.ts': '',
    'libs/exact.ts': '',
    'apps/api/src/b.ts': '',
    'apps/api/gen/c.ts': '',
    'apps/api/types/d.d.ts': '',
    'apps/lib/src/deep/e.js': '',
    'apps/pkg/f.ts': '',
    'apps/loop/g.ts': '',
  }
  check('typescript', tree, [
    ['apps/web/src/x.ts', '@shared/a', 'libs/shared/a.ts'],
    ['apps/web/src/x.ts', '@shared/a.js', 'libs/shared/a.ts'],
    ['apps/web/x.ts', 'exact', 'libs/exact.ts'],
    ['apps/web/x.ts', '@shared/gone', 'package:@shared/gone'],
    ['apps/api/src/x.ts', '@/b', 'apps/api/src/b.ts'],
    ['apps/api/src/x.ts', '@/c', 'apps/api/gen/c.ts'],
    ['apps/api/src/x.ts', '@/gone', ''],
    ['apps/api/src/x.ts', 'd', 'apps/api/types/d.d.ts'],
    ['apps/api/src/x.ts', '@x/b/end', 'apps/api/src/b.ts'],
    ['apps/lib/src/x.js', 'deep/e', 'apps/lib/src/deep/e.js'],
    ['apps/pkg/x.ts', '~/f', 'apps/pkg/f.ts'],
    ['apps/loop/x.ts', '@l/g', 'apps/loop/g.ts'],
    ['libs/shared/x.ts', '@/b', ''],
  ])
})

test('TypeScript: workspaces, exports, imports, and built files that are not kept', () => {
  const tree = {
    'package.json': '{ "workspaces": ["packages/*"] }',
    'packages/core/package.json':
      '{ "name": "@acme/core", "exports": { ".": { "types": "./dist/index.d.ts", "import": "./dist/index.mjs" }, "./util/*": "./src/util/*.ts", "./util/secret": null, "./feature": { "import": ["./dist/feature/main.js"] } }, "imports": { "#db": "./src/db.ts", "#x/*": { "default": "./src/x/*.js" } } }',
    'packages/core/src/index.ts': '',
    'packages/core/src/util/a.ts': '',
    'packages/core/src/feature/main.ts': '',
    'packages/core/src/db.ts': '',
    'packages/core/src/x/y.ts': '',
    'packages/old/package.json': '{ "name": "old", "main": "lib/main.js" }',
    'packages/old/src/main.ts': '',
    'packages/old/extra.js': '',
    'packages/plain/package.json': '{ "name": "plain" }',
    'packages/plain/src/index.ts': '',
    'packages/sugar/package.json': '{ "name": "sugar", "exports": "./index.js" }',
    'packages/sugar/index.js': '',
    'broken/package.json': '{',
  }
  check('typescript', tree, [
    ['app/x.ts', '@acme/core', 'packages/core/src/index.ts'],
    ['app/x.ts', '@acme/core/util/a', 'packages/core/src/util/a.ts'],
    ['app/x.ts', '@acme/core/feature', 'packages/core/src/feature/main.ts'],
    ['packages/core/src/util/a.ts', '#db', 'packages/core/src/db.ts'],
    ['packages/core/src/util/a.ts', '#x/y', 'packages/core/src/x/y.ts'],
    ['packages/core/src/util/a.ts', '@acme/core', 'packages/core/src/index.ts'],
    ['app/x.ts', '#db', ''],
    ['app/x.ts', 'old', 'packages/old/src/main.ts'],
    ['app/x.ts', 'old/extra', 'packages/old/extra.js'],
    ['app/x.ts', 'plain', 'packages/plain/src/index.ts'],
    ['app/x.ts', 'sugar', 'packages/sugar/index.js'],
    ['app/x.ts', '@acme/other', 'package:@acme/other'],
  ])
})

test('Python: packages, submodules by from-imports, relative dots, src folders', () => {
  const tree = {
    'src/shop/__init__.py': '',
    'src/shop/cart.py': '',
    'src/shop/api/__init__.py': '',
    'src/shop/api/views.py': '',
    'tests/test_cart.py': '',
    'tests/tools.py': '',
    'tool.py': '',
  }
  check('python', tree, [
    ['tests/test_cart.py', 'shop', 'src/shop/__init__.py'],
    ['tests/test_cart.py', 'shop.cart', 'src/shop/cart.py'],
    ['tests/test_cart.py', 'shop', 'src/shop/cart.py', 'cart'],
    ['tests/test_cart.py', 'shop.cart', 'src/shop/cart.py', 'Cart'],
    ['src/shop/api/views.py', '..', 'src/shop/cart.py', 'cart'],
    ['src/shop/api/views.py', '..cart', 'src/shop/cart.py', 'Cart'],
    ['src/shop/api/views.py', '.', 'src/shop/api/__init__.py', 'helper'],
    ['src/shop/api/views.py', '....x', '', 'y'],
    ['tests/test_cart.py', 'tools', 'tests/tools.py'],
    ['src/shop/cart.py', 'tool', 'tool.py'],
    ['src/shop/cart.py', 'numpy.linalg', 'package:numpy', 'norm'],
  ])
})

test('Go: packages of the modules of the repository, required modules, the standard library', () => {
  const tree = {
    'go.mod':
      'module example.com/shop\n\ngo 1.22\n\nrequire (\n\tgithub.com/acme/log/v2 v2.1.0\n)\nrequire golang.org/x/text v0.3.0',
    'main.go': '',
    'internal/cart/cart.go': '',
    'tools/go.mod': 'module example.com/shop/tools',
    'tools/gen/gen.go': '',
  }
  check('go', tree, [
    ['main.go', 'example.com/shop/internal/cart', 'internal/cart/'],
    ['main.go', 'example.com/shop/tools/gen', 'tools/gen/'],
    ['main.go', 'github.com/acme/log/v2/sub', 'package:github.com/acme/log/v2'],
    ['main.go', 'golang.org/x/text/unicode', 'package:golang.org/x/text'],
    ['main.go', 'net/http', 'package:net/http'],
    ['main.go', 'example.com/shopping', 'package:example.com/shopping'],
  ])
})

test('go.mod and Cargo.toml are read in linear time, whatever they hold', () => {
  const blank = '\n'.repeat(900_000)
  const go = {
    'go.mod': `${blank}module example.com/shop`,
    'cart/cart.go': '',
    'x/go.mod': 'a.'.repeat(450_000),
  }
  check('go', go, [['cart/cart.go', 'example.com/shop/cart', 'cart/']])
  const rust = { 'Cargo.toml': `${blank}[package]${blank}name = "app"`, 'src/lib.rs': '', 'src/a.rs': '' }
  check('rust', rust, [['src/a.rs', 'app::a', 'src/a.rs', 'A']])
})

test('Rust: mod, and use through crate, super, self and crates of the workspace', () => {
  const tree = {
    'app/Cargo.toml': '[package]\nname = "app"\n[dependencies]\nserde = "1"',
    'app/src/main.rs': '',
    'app/src/shop/mod.rs': '',
    'app/src/shop/cart.rs': '',
    'app/src/util.rs': '',
    'app/src/util/text.rs': '',
    'my-lib/Cargo.toml': '[package]\nversion = "1"\nname = "my-lib"',
    'my-lib/src/lib.rs': '',
    'my-lib/src/api.rs': '',
  }
  check(
    'rust',
    tree,
    [
      ['app/src/main.rs', 'shop', 'app/src/shop/mod.rs'],
      ['app/src/shop/mod.rs', 'cart', 'app/src/shop/cart.rs'],
      ['app/src/util.rs', 'text', 'app/src/util/text.rs'],
      ['app/src/main.rs', 'gone', ''],
    ],
    'mod',
  )
  check(
    'rust',
    tree,
    [
      ['app/src/util.rs', 'crate::shop::cart', 'app/src/shop/cart.rs', 'Cart'],
      ['app/src/util.rs', 'crate::shop', 'app/src/shop/cart.rs', 'cart'],
      ['app/src/util.rs', 'crate', 'app/src/main.rs', 'run'],
      ['app/src/shop/cart.rs', 'super', 'app/src/shop/mod.rs', 'open'],
      ['app/src/shop/cart.rs', 'super::super::util', 'app/src/util.rs', 'trim'],
      ['app/src/util.rs', 'self::text', 'app/src/util/text.rs', 'x'],
      ['app/src/main.rs', 'my_lib::api', 'my-lib/src/api.rs', 'Api'],
      ['app/src/main.rs', 'my_lib', 'my-lib/src/lib.rs', 'Root'],
      ['app/src/main.rs', 'serde', 'package:serde', 'Serialize'],
      ['app/src/main.rs', 'std::collections', 'package:std', 'HashMap'],
    ],
    'use',
  )
})

test('Java: classes by package, nested and static ones, whole packages', () => {
  const tree = {
    'core/src/main/java/com/acme/shop/Cart.java': '',
    'core/src/main/java/com/acme/shop/api/Views.java': '',
    'core/src/test/java/com/acme/shop/CartTest.java': '',
    'other/src/main/java/com/acme/shop/Cart.java': '',
  }
  check('java', tree, [
    [
      'core/src/test/java/com/acme/shop/CartTest.java',
      'com.acme.shop.Cart',
      'core/src/main/java/com/acme/shop/Cart.java',
    ],
    [
      'other/src/main/java/com/acme/X.java',
      'com.acme.shop.Cart',
      'other/src/main/java/com/acme/shop/Cart.java',
    ],
    ['core/src/main/java/X.java', 'com.acme.shop.Cart.Line', 'core/src/main/java/com/acme/shop/Cart.java'],
    ['core/src/main/java/X.java', 'com.acme.shop.api', 'core/src/main/java/com/acme/shop/api/', '*'],
    ['core/src/main/java/X.java', 'java.util.List', 'package:java.util'],
  ])
})

test('C and Ruby: includes', () => {
  check('c', { 'src/a.h': '', 'include/lib/b.h': '', 'deep/only.h': '' }, [
    ['src/x.c', 'a.h', 'src/a.h'],
    ['src/x.c', 'lib/b.h', 'include/lib/b.h'],
    ['src/x.c', 'only.h', 'deep/only.h'],
    ['src/x.c', 'stdio.h', 'package:stdio.h'],
  ])
  check('ruby', { 'lib/shop/cart.rb': '' }, [
    ['lib/shop.rb', 'shop/cart', 'lib/shop/cart.rb'],
    ['lib/shop.rb', 'json', 'package:json'],
  ])
})
