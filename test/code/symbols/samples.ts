/** A text of a language, with what it defines. */
export interface Sample {
  text: string
  /** `line kind container.name`, a + behind what other files can name. */
  symbols: string[]
}

/** One text for each language. */
export const samples: Record<string, Sample> = {
  typescript: {
    text: `export default class Shop<T> extends Base {
  private items: T[] = []
  static open() { return new Shop() }
}
interface Price { amount: number; format(): string }
type Id = string
export enum Size { Small, Large = 2 }
export const total = (a: number) => a, limit = 3
let open = false
declare function later(x: string): void
namespace Inner { export const deep = 1 }
function outer() { function nested() {} ; const local = 1 }
export { open }`,
    symbols: [
      '1 class Shop+',
      '2 property Shop.items',
      '3 method Shop.open+',
      '5 interface Price',
      '5 property Price.amount+',
      '5 method Price.format+',
      '6 type Id',
      '7 enum Size+',
      '7 enum_member Size.Small+',
      '7 enum_member Size.Large+',
      '8 function total+',
      '8 constant limit+',
      '9 variable open+',
      '10 function later',
      '11 namespace Inner',
      '11 constant Inner.deep+',
      '12 function outer',
      '12 function outer.nested',
    ],
  },
  tsx: {
    text: 'export function Page() { return <Menu open /> }\nconst Menu = () => <ul/>',
    symbols: ['1 function Page+', '2 function Menu'],
  },
  javascript: {
    text: 'class A { #x = 1; go() {} }\nmodule.exports = { A, run }\nfunction* run() {}\nvar v = 1',
    symbols: ['1 class A+', '1 property A.#x', '1 method A.go+', '3 function run+', '4 variable v'],
  },
  python: {
    text: 'LIMIT = 3\nclass Shop:\n    size: int = 1\n    def open(self): pass\n    def _close(self): pass\ndef main():\n    x = 1\n@decorated\nasync def later(): pass',
    symbols: [
      '1 constant LIMIT+',
      '2 class Shop+',
      '3 property Shop.size+',
      '4 method Shop.open+',
      '5 method Shop._close',
      '6 function main+',
      '9 function later+',
    ],
  },
  go: {
    text: 'package shop\nconst Limit = 1\nvar count int\ntype Shop struct { Name string }\ntype Opener interface { Open() error }\ntype ID string\nfunc New() *Shop { return nil }\nfunc (s *Shop) close() {}',
    symbols: [
      '2 constant Limit+',
      '3 variable count',
      '4 struct Shop+',
      '4 field Shop.Name+',
      '5 interface Opener+',
      '5 method Opener.Open+',
      '6 type ID+',
      '7 function New+',
      '8 method Shop.close',
    ],
  },
  rust: {
    text: 'pub struct Shop { pub name: String }\nimpl Shop {\n  pub fn open(&self) {}\n  fn close() {}\n}\nenum Size { Small }\npub trait Opener { fn open(&self); }\nmod inner { pub const LIMIT: u8 = 1; }\nmacro_rules! shop { () => {} }\ntype Id = u32;',
    symbols: [
      '1 struct Shop+',
      '1 field Shop.name+',
      '3 method Shop.open+',
      '4 method Shop.close',
      '6 enum Size',
      '6 enum_member Size.Small+',
      '7 trait Opener+',
      '7 method Opener.open',
      '8 module inner',
      '8 constant inner.LIMIT+',
      '9 macro shop+',
      '10 type Id',
    ],
  },
  java: {
    text: 'package a.b;\npublic class Shop {\n  private int size;\n  public Shop() {}\n  public void open() {}\n  enum Kind { SMALL }\n}\ninterface Opener { void open(); }\nrecord Point(int x) {}',
    symbols: [
      '2 class Shop+',
      '3 field Shop.size',
      '4 constructor Shop.Shop+',
      '5 method Shop.open+',
      '6 enum Shop.Kind',
      '6 enum_member Kind.SMALL+',
      '8 interface Opener',
      '8 method Opener.open+',
      '9 record Point',
    ],
  },
  c: {
    text: '#define LIMIT 3\ntypedef unsigned id_t2;\nstruct shop { int size; };\nenum kind { SMALL };\nstatic int count = 1;\nint *open_shop(void) { return 0; }\nint later(int x);',
    symbols: [
      '1 macro LIMIT+',
      '2 type id_t2+',
      '3 struct shop+',
      '3 field shop.size+',
      '4 enum kind+',
      '4 enum_member kind.SMALL+',
      '5 variable count',
      '6 function open_shop+',
      '7 declaration later+',
    ],
  },
  cpp: {
    text: 'namespace ns {\nclass Shop { public: void open(); int size; };\n}\nvoid Shop::open() {}\nusing Id = int;\ntemplate <class T> T most(T a) { return a; }',
    symbols: [
      '1 namespace ns+',
      '2 class ns.Shop+',
      '2 method Shop.open+',
      '2 field Shop.size+',
      '4 method Shop.open+',
      '5 type Id+',
      '6 function most+',
    ],
  },
  csharp: {
    text: 'namespace A.B;\npublic class Shop {\n  private int size;\n  public string Name { get; set; }\n  public Shop() {}\n  public void Open() {}\n}\ninterface IOpener { void Open(); }\nenum Kind { Small }',
    symbols: [
      '1 namespace A.B+',
      '2 class Shop+',
      '3 field Shop.size',
      '4 property Shop.Name+',
      '5 constructor Shop.Shop+',
      '6 method Shop.Open+',
      '8 interface IOpener',
      '8 method IOpener.Open+',
      '9 enum Kind',
      '9 enum_member Kind.Small+',
    ],
  },
  ruby: {
    text: 'module Shops\n  LIMIT = 3\n  class Shop < Base\n    def open; end\n    def self.make; end\n  end\nend',
    symbols: [
      '1 module Shops+',
      '2 constant Shops.LIMIT+',
      '3 class Shops.Shop+',
      '4 method Shop.open+',
      '5 method Shop.make+',
    ],
  },
  php: {
    text: '<?php\nnamespace A;\nclass Shop { private $size; const MAX = 1; public function open() {} }\ninterface Opener {}\ntrait Loud {}\nfunction main() {}\nenum Kind { case Small; }',
    symbols: [
      '2 namespace A+',
      '3 class Shop+',
      '3 property Shop.$size',
      '3 constant Shop.MAX+',
      '3 method Shop.open+',
      '4 interface Opener+',
      '5 trait Loud+',
      '6 function main+',
      '7 enum Kind+',
      '7 enum_member Kind.Small+',
    ],
  },
  kotlin: {
    text: 'package a\nclass Shop(val size: Int) {\n  fun open() {}\n  private val name = "x"\n}\ninterface Opener\nobject One\nenum class Kind { SMALL }\nfun main() {}\ntypealias Id = Int',
    symbols: [
      '2 class Shop+',
      '3 method Shop.open+',
      '4 property Shop.name',
      '6 interface Opener+',
      '7 object One+',
      '8 enum Kind+',
      '8 enum_member Kind.SMALL+',
      '9 function main+',
      '10 type Id+',
    ],
  },
  swift: {
    text: 'class Shop {\n  private var size = 1\n  func open() {}\n}\nstruct Point { let x: Int }\nprotocol Opener { func open() }\nenum Kind { case small }\nfunc main() {}\ntypealias Id = Int',
    symbols: [
      '1 class Shop+',
      '2 property Shop.size',
      '3 method Shop.open+',
      '5 struct Point+',
      '5 property Point.x+',
      '6 interface Opener+',
      '6 method Opener.open+',
      '7 enum Kind+',
      '7 enum_member Kind.small+',
      '8 function main+',
      '9 type Id+',
    ],
  },
  scala: {
    text: 'package a\nclass Shop(size: Int) {\n  def open(): Unit = {}\n  private val name = "x"\n}\ntrait Opener { def open(): Unit }\nobject One\ntype Id = Int',
    symbols: [
      '2 class Shop+',
      '3 method Shop.open+',
      '4 variable Shop.name',
      '6 trait Opener+',
      '6 method Opener.open+',
      '7 object One+',
      '8 type Id+',
    ],
  },
  bash: {
    text: 'LIMIT=3\nexport HOME_DIR=/x\nopen_shop() { local a=1; }\nfunction close { :; }',
    symbols: ['1 constant LIMIT+', '2 constant HOME_DIR+', '3 function open_shop+', '4 function close+'],
  },
  html: { text: '<main id="top"><p id=plain class="a">x</p></main>', symbols: ['1 id top+'] },
  css: {
    text: ':root { --accent: red }\n.card, #top { color: var(--accent) }\n@keyframes spin { from {} }',
    symbols: ['1 variable --accent+', '2 class card+', '2 id top+', '3 keyframes spin+'],
  },
  sql: {
    text: '-- create table no (x int);\ncreate table if not exists "public"."shops" (id int);\nCREATE OR REPLACE FUNCTION app.open() returns void as $$ $$;\ncreate unique index concurrently by_name on shops (name);',
    symbols: ['2 table public.shops+', '3 function app.open+', '4 index by_name+'],
  },
}
