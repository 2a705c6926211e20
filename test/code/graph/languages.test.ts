import { expect, test } from 'bun:test'
import { usagesOf } from '../../../src/modules/code/graph/usages/usages-of'
import { memoryGraph } from './memory-graph'

type Files = Record<string, string>

/** What is used, in which files, and where: `path:line` of usages that are no imports. */
const cases: [what: string, symbol: [path: string, name: string], files: Files, places: string[]][] = [
  [
    'Go: a method of a type in another file of the package',
    ['ip.go', 'Close'],
    {
      'go.mod': 'module example.com/m\n',
      'set.go': 'package m\ntype Set struct { name string }\nfunc New() *Set { return nil }\n',
      'ip.go': 'package m\nfunc (s *Set) Close() {}\n',
      'use.go':
        'package m\nfunc run(s *Set) {\n  s.Close()\n  New().Close()\n  x := new(Set)\n  x.Close()\n  for _, one := range []*Set{} {\n    one.Close()\n  }\n}\n',
      'cmd/main.go': 'package main\nimport "example.com/m"\nfunc main() { m.New().Close() }\n',
    },
    ['cmd/main.go:3', 'use.go:3', 'use.go:4', 'use.go:6', 'use.go:8'],
  ],
  [
    'Go: a field by its name in a literal, and through an embedded struct',
    ['a.go', 'Name'],
    {
      'a.go': 'package m\ntype Base struct { Name string }\ntype Item struct { Base }\n',
      'b.go': 'package m\nvar base = Base{Name: "x"}\nfunc f(i Item) string { return i.Name }\n',
    },
    ['b.go:2', 'b.go:3'],
  ],
  [
    'Python: a module that is taken from its package, and what __init__ passes on',
    ['shop/errors.py', 'Bad'],
    {
      'shop/__init__.py': 'from .errors import Bad\n',
      'shop/errors.py': 'class Bad(Exception):\n    pass\n',
      'shop/cart.py': 'from . import errors\n\ndef f():\n    raise errors.Bad()\n',
      'main.py': 'import shop\nfrom shop import Bad\n\nraise Bad()\n',
    },
    ['main.py:4', 'shop/cart.py:4'],
  ],
  [
    'Python: methods by what is created, what a function says that it gives, and by inheritance',
    ['a.py', 'run'],
    {
      'a.py':
        'class Base:\n    def run(self):\n        pass\n\nclass Job(Base):\n    def go(self):\n        self.run()\n\ndef make() -> Job:\n    return Job()\n',
      'b.py':
        'from a import Job, make\n\ndef f(job: Job):\n    job.run()\n    make().run()\n    own = Job()\n    own.run()\n',
    },
    ['a.py:7', 'b.py:4', 'b.py:5', 'b.py:7'],
  ],
  [
    'Rust: a field of a type whose impl stands in another file, and in a literal',
    ['src/parse.rs', 'kind'],
    {
      'Cargo.toml': '[package]\nname = "shop"\n',
      'src/lib.rs': 'mod error;\nmod parse;\npub use crate::parse::Error;\n',
      'src/parse.rs':
        'pub struct Error { pub kind: u8 }\nimpl Error { fn new() -> Error { Error { kind: 1 } } }\n',
      'src/error.rs': 'use crate::parse::Error;\nimpl Error {\n    fn show(&self) -> u8 { self.kind }\n}\n',
    },
    ['src/error.rs:3', 'src/parse.rs:2'],
  ],
  [
    'Java: a method that is inherited, with and without an object; a nested class',
    ['a/Base.java', 'log'],
    {
      'a/Base.java':
        'package a;\npublic class Base {\n  public void log() {}\n  public static class Inner { Base base; }\n}\n',
      'b/Shop.java':
        'package b;\nimport a.Base;\nclass Shop extends Base {\n  void go(Base.Inner inner) {\n    log();\n    inner.base.log();\n    new Shop().log();\n  }\n}\n',
    },
    ['b/Shop.java:5', 'b/Shop.java:6', 'b/Shop.java:7'],
  ],
  [
    'Java: a static import of one method, and of a constant of a nested class',
    ['a/Money.java', 'of'],
    {
      'a/Money.java':
        'package a;\npublic class Money {\n  public static Money of(int n) { return null; }\n  public static Money of(String n) { return null; }\n  Money twice() { return Money.of(2); }\n}\n',
      'a/Near.java': 'package a;\nclass Near { Money m = Money.of(1); }\n',
      'b/One.java': 'package b;\nimport static a.Money.of;\nclass One {\n  Object m = of(1);\n  int of;\n}\n',
      'b/All.java': 'package b;\nimport static a.Money.*;\nclass All {\n  Object m = of("1");\n}\n',
      'b/Whole.java': 'package b;\nclass Whole {\n  Object m = a.Money.of(1).twice();\n}\n',
      'b/Other.java': 'package b;\nclass Other {\n  static int of(int n) { return of(n); }\n}\n',
    },
    ['a/Money.java:5', 'a/Near.java:2', 'b/All.java:4', 'b/One.java:4', 'b/Whole.java:3'],
  ],
  [
    'Java: a nested class by import, by its outer class, by inheritance and from its own file',
    ['a/Outer.java', 'Inner'],
    {
      'a/Outer.java': 'package a;\npublic class Outer {\n  public static class Inner {}\n  Inner own;\n}\n',
      'b/Use.java':
        'package b;\nimport a.Outer;\nimport a.Outer.Inner;\nclass Use {\n  Inner one;\n  Outer.Inner two;\n  a.Outer.Inner three;\n}\n',
      'b/Sub.java': 'package b;\nimport a.Outer;\nclass Sub extends Outer {\n  Inner one;\n}\n',
      'b/Inner.java': 'package b;\nclass Inner { Inner other; }\n',
    },
    ['a/Outer.java:4', 'b/Sub.java:4', 'b/Use.java:5', 'b/Use.java:6', 'b/Use.java:7'],
  ],
  [
    'Java: a field by this, by its name in a nested class, by super and after a cast',
    ['Base.java', 'level'],
    {
      'Base.java':
        'class Base {\n  int level;\n  int a() { return this.level; }\n  class In { int b() { return level; } }\n}\n',
      'Sub.java':
        'class Sub extends Base {\n  int c() { return super.level; }\n  int d(Object o) { return ((Base) o).level; }\n  int e() { return level; }\n  int f(int level) { return level; }\n}\n',
    },
    ['Base.java:3', 'Base.java:4', 'Sub.java:2', 'Sub.java:3', 'Sub.java:4'],
  ],
  [
    'Python: a function through the packages around its module, under other names, and passed on',
    ['pkg/util.py', 'helper'],
    {
      'pkg/__init__.py': 'from . import util\nfrom .util import helper\n',
      'pkg/util.py': 'def helper():\n    pass\n',
      'pkg/inner.py': 'from . import util\n\nutil.helper()\n',
      'a.py': 'import pkg.util\n\npkg.util.helper()\npkg.helper()\n',
      'b.py': 'import pkg.util as u\n\nu.helper()\n',
      'c.py': 'import pkg\n\npkg.util.helper()\n',
      'd.py': 'from pkg import *\n\nhelper()\nutil.helper()\n',
      'e.py': 'from pkg import util as other\n\ndef helper():\n    other.helper()\n\nhelper()\n',
    },
    ['a.py:3', 'a.py:4', 'b.py:3', 'c.py:3', 'd.py:3', 'd.py:4', 'e.py:4', 'pkg/inner.py:3'],
  ],
  [
    'Python: an attribute that assignments to self make, by the first of them, and what it holds',
    ['core.py', 'size'],
    {
      'core.py':
        'class Engine:\n    count = 0\n    def __init__(self, size, part):\n        self.size, self.part = size, part\n        self.count = 1\n    def start(self):\n        self.size = 3\n        return self.size\n',
      'main.py':
        'from core import Engine\n\nclass Big(Engine):\n    def go(self):\n        return self.size\n\nprint(Engine(1, 2).size)\n',
    },
    ['core.py:7', 'core.py:8', 'main.py:5', 'main.py:7'],
  ],
  [
    'Python: packages without __init__, below src, from tests and from another package of the repository',
    ['core/src/shop/cart/total.py', 'total'],
    {
      'core/pyproject.toml': '[project]\nname = "shop"\n',
      'core/src/shop/cart/total.py': 'def total():\n    pass\n',
      'core/tests/test_total.py': 'import shop.cart.total\n\nshop.cart.total.total()\n',
      'web/src/web/app.py':
        'from shop.cart.total import total\nfrom shop.cart import total as module\n\ntotal()\nmodule.total()\n',
    },
    ['core/tests/test_total.py:3', 'web/src/web/app.py:4', 'web/src/web/app.py:5'],
  ],
  [
    'Rust: fields in shorthand and in macros, and what a let has before it shadows',
    ['src/lib.rs', 'kind'],
    {
      'src/lib.rs':
        'pub struct Part { pub kind: u8 }\nfn kind() -> u8 { 1 }\nimpl Part {\n  fn new() -> Part {\n    let kind = kind();\n    Part { kind }\n  }\n  fn show(&self) { println!("{}", self.kind); }\n}\n',
    },
    ['src/lib.rs:6', 'src/lib.rs:8'],
  ],
  [
    'Rust: a function that a let shadows is used in that let',
    ['src/lib.rs', 'op'],
    { 'src/lib.rs': 'fn op() -> u8 { 1 }\nfn run() {\n  let op = op();\n  drop(op);\n}\n' },
    ['src/lib.rs:3'],
  ],
  [
    'Rust: a function within a function',
    ['src/lib.rs', 'inner'],
    {
      'src/lib.rs':
        'fn outer() {\n  fn inner() {}\n  inner();\n}\nfn inner2() {}\nfn other() { inner2(); }\n',
    },
    ['src/lib.rs:3'],
  ],
  [
    'Rust: a variant that a use brings, and a function through modules',
    ['src/shape.rs', 'Circle'],
    {
      'Cargo.toml': '[package]\nname = "geo"\n',
      'src/lib.rs': 'mod shape;\nfn a() { let s = shape::Shape::Circle; }\n',
      'src/shape.rs': 'pub enum Shape { Circle, Square }\n',
      'src/b.rs': 'use crate::shape::Shape::Circle;\nfn b() { let s = Circle; }\n',
    },
    ['src/b.rs:2', 'src/lib.rs:2'],
  ],
  [
    'Python: a name that a function says is global is the one of the module',
    ['a.py', 'count'],
    {
      'a.py':
        'count = 0\n\ndef up():\n    global count\n    count += 1\n\ndef own():\n    count = 1\n    return count\n',
    },
    ['a.py:4', 'a.py:5'],
  ],
  [
    'Rust: whole paths, a module that a use brings, and super from a module in braces',
    ['src/cart.rs', 'open'],
    {
      'Cargo.toml': '[package]\nname = "shop"\n',
      'src/lib.rs': 'mod cart;\nmod api;\nmod deep;\nfn a() { crate::cart::open(); }\n',
      'src/api.rs': 'use crate::cart;\nfn b() { cart::open(); super::cart::open(); }\n',
      'src/deep/mod.rs': 'mod inner;\n',
      'src/deep/inner.rs': 'fn c() { super::super::cart::open(); }\n',
      'src/cart.rs':
        'pub fn open() {}\n#[cfg(test)]\nmod tests {\n  use super::open;\n  fn t() { open(); }\n  fn u() { super::open(); }\n}\n',
    },
    ['src/api.rs:2', 'src/api.rs:2', 'src/cart.rs:5', 'src/cart.rs:6', 'src/deep/inner.rs:1', 'src/lib.rs:4'],
  ],
]

test.each(cases)('%s', async (_what, [path, name], files, places) => {
  const graph = await memoryGraph(new Map(Object.entries(files)))
  const [definition] = await graph.named(path, name)
  const { certain } = await usagesOf(graph, definition!)
  const used = certain.filter(({ type }) => type !== 'import' && type !== 're_export')
  expect(used.map((one) => `${one.path}:${one.line}`)).toEqual(places)
})

test('an override is certain where its own type is known, and possible through what it overrides', async () => {
  const graph = await memoryGraph(
    new Map([
      ['A.java', 'class A { void go() {} }\n'],
      ['B.java', 'class B extends A { void go() {} }\n'],
      ['Use.java', 'class Use {\n  void f(A a, B b) {\n    a.go();\n    b.go();\n  }\n}\n'],
    ]),
  )
  const [definition] = await graph.named('B.java', 'go')
  const { certain, possible } = await usagesOf(graph, definition!)
  expect([certain, possible].map((all) => all.map(({ line }) => line))).toEqual([[4], [3]])
})
