import { expect, test } from 'bun:test'
import { lineTable } from '../../../src/modules/code/parsing/lines'
import { scanners } from '../../../src/modules/code/parsing/scanners'

const scan = (text: string) => scanners.cpp!(text, lineTable(text))

const shown = (text: string) =>
  scan(text).symbols.map(({ kind, container, name }) => `${kind} ${container ? `${container}.` : ''}${name}`)

/** What a text looks like, and what it defines. */
const rows: [text: string, ...defined: string[]][] = [
  ['int a, *b[3], c = 3; extern int d;', 'variable a', 'variable b', 'variable c', 'declaration d'],
  ['static const char *const names[] = { "a;", "}" }, *other;', 'variable names', 'variable other'],
  ['int f(void) ATTRIBUTE(1, 2); void *(malloc)(size_t);', 'declaration f', 'declaration malloc'],
  ['void (*signal(int sig, void (*handler)(int)))(int);', 'declaration signal'],
  ['int (*called)(int, int), (WINAPI *windows)(void);', 'variable called', 'variable windows'],
  ['EXPORT(int) f(void); EXPORT(char *)\ng(int a) { return 0; }', 'declaration f', 'function g'],
  ['STACK_OF(X) *stack(void); typedef STACK_OF(X) XS;', 'declaration stack', 'type XS'],
  ['DEPRECATED("use g") int f(void); API type (*g)(int) ATTRIBUTE = 0;', 'declaration f', 'variable g'],
  [
    'DECLARE(x)\nDECLARE(y)\nstruct s { int a; };\nDECLARE(z)\nstatic int b;',
    'struct s',
    'field s.a',
    'variable b',
  ],
  ['main(argc, argv) int argc; char **argv; { return 0; }', 'function main'],
  ['int usage PARAMS((int status));', 'declaration usage'],
  [
    'typedef struct node { struct node *next; unsigned bits : 3; } node_t, *node_p;',
    'type node_t',
    'type node_p',
    'struct node',
    'field node.next',
    'field node.bits',
  ],
  ['typedef int (*compare)(int); typedef unsigned long size;', 'type compare', 'type size'],
  [
    'enum { A, B = f(1, 2), MACRO(x) C } e; enum color paint(enum color c);',
    'variable e',
    'enum_member e.A',
    'enum_member e.B',
    'enum_member e.C',
    'declaration paint',
  ],
  [
    'struct s *f(struct s *p) { struct local { int a; }; int class = 3; }',
    'function f',
    'struct f.local',
    'field local.a',
  ],
  [
    'int class; struct s { int namespace, template; char *new; };',
    'variable class',
    'struct s',
    'field s.namespace',
    'field s.template',
    'field s.new',
  ],
  ['#ifdef A\nint f(int a) {\n#else\nint f(long a) {\n#endif\n}\nint g;', 'function f', 'variable g'],
  ['void f(void) {\n#if A\nif (a) {\n#elif B\nif (b) {\n#endif\n}\n}\nint g;', 'function f', 'variable g'],
  [
    '#ifdef __cplusplus\nextern "C" {\n#endif\nint f(void);\n#ifdef __cplusplus\n}\n#endif\nint g;',
    'declaration f',
    'variable g',
  ],
  ['#if 0\nint f;\n#define A\n#else\nint g;\n#endif\n', 'variable g'],
  ['#if A\nint f;\n#else\nlong g;\n#endif\n', 'variable f', 'variable g'],
  [
    '#define A(x) \\\n  do { "/*" } while (0) // \\\n  more {\n#define Q \'"\' /* {\n */\nint a;',
    'macro A',
    'macro Q',
    'variable a',
  ],
  [
    "#error don't {\nint a; char b = '\"', c = '\\''; int d = 1'000;",
    'variable a',
    'variable b',
    'variable c',
    'variable d',
  ],
  ['auto raw = R"x( )" } )x"; int a;', 'variable raw', 'variable a'],
  [
    'int f(int a; int b { ) } int g(void) { return (1; }\nint h;',
    'declaration f',
    'function g',
    'variable h',
  ],
  [
    'namespace a::b { namespace { int x; } inline namespace v2 { void f(); } }',
    'namespace a::b',
    'variable a::b.x',
    'namespace a::b.v2',
    'declaration v2.f',
  ],
  [
    'template <class T, int N = (1 > 2)> class EXPORT Shop final : public Base<T, 3> {\npublic:\n  Shop(int a) : a{a}, b(1) { }\n  explicit Shop();\n  ~Shop();\n};',
    'class Shop',
    'method Shop.Shop',
    'method Shop.Shop',
    'method Shop.~Shop',
  ],
  [
    'struct S { bool operator==(const S &) const; operator bool() const { } void *operator new[](size_t); int operator()(int); MACRO(S)\nint a; };',
    'struct S',
    'method S.operator==',
    'method S.operator bool',
    'method S.operator new[]',
    'method S.operator()',
    'field S.a',
  ],
  [
    'struct S { virtual auto f() const noexcept -> int = 0; S &operator=(const S &) = delete; friend class X; friend void g(); static constexpr bool v = is<A, B>::v; std::map<int, int> m{}; };',
    'struct S',
    'method S.f',
    'method S.operator=',
    'field S.v',
    'field S.m',
  ],
  [
    'class Q : public O {\n Q_OBJECT\npublic slots:\n void s();\nsignals:\n void t(int);\n};',
    'class Q',
    'method Q.s',
    'method Q.t',
  ],
  [
    'a::S::S(int) : x{1} { }\na::S::~S() {}\nint S::count = 0;\nT &S<T>::at(int) { }',
    'method S.S',
    'method S.~S',
    'variable S.count',
    'method S.at',
  ],
  [
    'enum class E : int { A }; enum F : char; class G; struct H h; template <> struct hash<E> : B<N - 1> { };',
    'enum E',
    'enum_member E.A',
    'variable h',
    'struct hash',
  ],
  [
    'using A = int; using b::c; using namespace d; template <class T> using V = B<T>; template class V<int>;',
    'type A',
    'type V',
  ],
  [
    'template <class T> concept Number = is<T>; static_assert(sizeof(int) == 4, "x"); [[nodiscard]] int f();',
    'type Number',
    'declaration f',
  ],
]

test.each(rows)('%s', (text, ...defined) => {
  expect(shown(text)).toEqual(defined)
})

test('what is written above, around and in a definition', () => {
  const text = [
    '#include "shop.h"',
    '#include <sys/types.h> // where',
    '#include MACRO',
    '#define LIMIT 3',
    '/** Opens. */',
    'static int',
    'open_shop(int a,',
    '          int b)',
    '{',
    '}',
    '#define SHUT',
    'int later(void);',
  ]
  const { symbols, imports } = scan(text.join('\n'))
  expect(imports.map(({ specifier, line, column }) => [specifier, line, column])).toEqual([
    ['shop.h', 1, 10],
    ['sys/types.h', 2, 10],
  ])
  expect(symbols[1]).toEqual({
    name: 'open_shop',
    kind: 'function',
    line: 7,
    column: 1,
    endLine: 10,
    container: undefined,
    exported: false,
    signature: 'static int open_shop(int a, int b)',
    documentation: 'Opens.',
  })
  // A line of the preprocessor is no comment.
  expect(symbols.map(({ documentation }) => documentation)).toEqual([
    undefined,
    'Opens.',
    undefined,
    undefined,
  ])
})

/** Each is repeated to a text of 300,000 characters; what was looked for again from every place would take minutes. */
const hostile = [
  ...[
    '(',
    '{',
    '[',
    '<',
    'a<',
    'a<b,',
    'template<',
    'struct a:',
    'struct a{',
    'class a:b<',
    'enum a{b,',
    'namespace a::',
    'a::',
  ],
  ...[
    'f(a) b c; ',
    'int a=b<',
    'int f(){',
    'f()',
    'operator a ',
    'int (*a)(',
    '; }',
    'int f() : a{',
    '#if 1\n',
    '#if 1\n{\n#else\n}\n',
  ],
  ...[
    '#define a(\\\n',
    '"',
    '/*',
    'R"a(',
    "1'",
    '//\\\n',
    '#define A "',
    '\n\n/* x */\nint a;',
    'int f(int){struct a{int f(){',
  ],
]

test('texts against the scanner are read in their length', () => {
  for (const part of hostile) scan(part.repeat(300_000 / part.length))
}, 60_000)

test('a text gives the same behind any other', () => {
  for (const [text] of rows) {
    const first = scan(text)
    for (const other of ['( { ( int a(b) { ; ) :: operator x('.repeat(50), 'a '.repeat(1000)]) scan(other)
    expect(scan(text)).toEqual(first)
    scan('int f(')
    for (const cut of [text.slice(0, -1), text.slice(0, text.length / 2)]) {
      const alone = scan(cut)
      scan('( { [ int a(b) { ; } < > operator x('.repeat(50))
      expect(scan(cut)).toEqual(alone)
    }
  }
})

test('broken texts give names and lines that are there', () => {
  const text = rows.map(([one]) => one).join('\n')
  const signs = [
    '{',
    '}',
    '(',
    ')',
    '<',
    '>',
    ';',
    '"',
    "'",
    '/*',
    '\n#if A\n',
    '\n#else\n',
    '\n#endif\n',
    '\\\n',
    'R"(',
    '\0',
    '::',
    '\u{1f600}',
  ]
  for (let at = 0; at < text.length; at += 31) {
    const sign = signs[at % signs.length]!
    const broken = at % 2 === 0 ? text.slice(at) : `${text.slice(0, at)}${sign}${text.slice(at + (at % 5))}`
    const lines = broken.split('\n')
    for (const { name, line, endLine } of scan(broken).symbols) {
      expect(lines[line - 1]).toContain(name.slice(0, 1))
      expect(endLine).toBeWithin(line, lines.length + 1)
    }
  }
})
