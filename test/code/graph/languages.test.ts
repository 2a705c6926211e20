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
