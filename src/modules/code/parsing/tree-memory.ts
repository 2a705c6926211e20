import type { Language, Tree } from 'web-tree-sitter'
import type { Syntax } from './syntax'

/**
 * Reads syntax trees where tree-sitter has them: in the memory of its wasm module, by the layout of `subtree.h`, `language.c` and `parser.h` for
 * 32 bits. Asking tree-sitter for each node costs several calls into wasm; this costs none. The layout belongs to the pinned version of
 * web-tree-sitter; a test compares with tree-sitter's own cursor for every grammar.
 */
export interface Memory {
  readonly HEAPU8: Uint8Array
  readonly HEAPU16: Uint16Array
  readonly HEAPU32: Uint32Array
}

/** What a language says about the children of a node that one of its rules made. */
interface Production {
  /** By the child's place among those that are no extras. */
  fields: readonly (string | null | undefined)[]
  /** Symbols that stand for a child instead of its own; 0 for none. */
  aliases: readonly number[]
}

/** The tables of a language. */
export interface Layout {
  typeOf(symbol: number): string
  isNamed(symbol: number): boolean
  productionOf(id: number): Production
}

/** Offsets in `TSLanguage`. */
const inLanguage = {
  fields: 32,
  longestAlias: 36,
  fieldSlices: 64,
  fieldEntries: 68,
  metadata: 72,
  publicSymbols: 76,
  aliases: 84,
}
/** Offsets in `SubtreeHeapData`. */
const inNode = { padding: 4, size: 16, children: 36, symbol: 40, flags: 44, production: 66 }
const errorSymbol = 65_535

const addressOf = (held: Tree | Language): number => (held as unknown as { 0: number })[0]

/** Reads what the tables of a language say, each once. */
export function layoutOf(memory: Memory, language: Language): Layout {
  const types: string[] = []
  const productions: Production[] = []
  const at = addressOf(language)
  const pointer = (offset: number) => memory.HEAPU32[(at + offset) >> 2]!
  const half = (address: number) => memory.HEAPU16[address >> 1]!
  const readType = (symbol: number) =>
    symbol === errorSymbol
      ? 'ERROR'
      : (language.types[half(pointer(inLanguage.publicSymbols) + symbol * 2)] ?? 'ERROR')
  return {
    typeOf(symbol) {
      types[symbol] ??= readType(symbol)
      return types[symbol]
    },
    isNamed: (symbol) => memory.HEAPU8[pointer(inLanguage.metadata) + symbol * 3 + 1] !== 0,
    productionOf(id) {
      productions[id] ??= { fields: readFields(id), aliases: readAliases(id) }
      return productions[id]
    },
  }

  function readFields(production: number): (string | null)[] {
    const found: (string | null)[] = []
    if (pointer(inLanguage.fields) === 0) return found
    const slice = pointer(inLanguage.fieldSlices) + production * 4
    const first = pointer(inLanguage.fieldEntries) + half(slice) * 4
    for (let entry = first; entry < first + half(slice + 2) * 4; entry += 4) {
      const child = memory.HEAPU8[entry + 2]!
      const isInherited = memory.HEAPU8[entry + 3] !== 0
      if (!isInherited) found[child] ??= language.fields[half(entry)] ?? null
    }
    return found
  }
  function readAliases(production: number): number[] {
    if (production === 0) return []
    const longest = half(at + inLanguage.longestAlias)
    const first = pointer(inLanguage.aliases) + production * longest * 2
    return Array.from({ length: longest }, (_, child) => half(first + child * 2))
  }
}

/** Bits of a node, in the heap's byte; those of a node within its pointer lie one higher. */
const [visible, named, extra] = [1, 2, 4]

/** The children of every leaf. */
const none: Syntax[] = []

/** The named nodes of a tree, copied into plain objects. Offsets in bytes become those of UTF-16 units. */
export function readTree({ HEAPU8, HEAPU16, HEAPU32 }: Memory, layout: Layout, tree: Tree): Syntax {
  /** Adds the named nodes below `at` to `parent`; what is hidden gives its children, and its field, to who is around it. */
  const addChildren = (at: number, start: number, carried: string | null, parent: Syntax): void => {
    const node = HEAPU32[at >> 2]!
    if ((node & 1) === 1) return
    const count = HEAPU32[(node + inNode.children) >> 2]!
    if (count === 0) return
    const { fields, aliases } = layout.productionOf(HEAPU16[(node + inNode.production) >> 1]!)
    let [position, structural] = [start, 0]
    for (let index = 0, child = node - count * 8; index < count; index++, child += 8) {
      const held = HEAPU32[child >> 2]!
      const isInline = (held & 1) === 1
      const flags = isInline ? (held & 0xff) >> 1 : HEAPU8[held + inNode.flags]!
      if (index > 0) position += isInline ? HEAPU8[child + 6]! : HEAPU32[(held + inNode.padding) >> 2]!
      const size = isInline ? HEAPU8[child + 7]! : HEAPU32[(held + inNode.size) >> 2]!
      const isExtra = (flags & extra) !== 0
      const alias = isExtra ? 0 : (aliases[structural] ?? 0)
      const field = isExtra ? null : (fields[structural] ?? carried)
      if (!isExtra) structural++
      if (alias === 0 && (flags & visible) === 0) addChildren(child, position, field, parent)
      else if (alias === 0 ? (flags & named) !== 0 : layout.isNamed(alias)) {
        const symbol = alias || (isInline ? (held >> 8) & 0xff : HEAPU16[(held + inNode.symbol) >> 1]!)
        const added = nodeOf(symbol, position, size, field, parent)
        if (parent.children === none) parent.children = [added]
        else parent.children.push(added)
        if (!isInline) addChildren(child, position, null, added)
      }
      position += size
    }
  }
  const nodeOf = (
    symbol: number,
    start: number,
    size: number,
    field: string | null,
    parent: Syntax | null,
  ): Syntax => ({
    type: layout.typeOf(symbol),
    field,
    start: start >> 1,
    end: (start + size) >> 1,
    parent,
    children: none,
  })

  const at = addressOf(tree)
  const held = HEAPU32[at >> 2]!
  const isInline = (held & 1) === 1
  const symbol = isInline ? (held >> 8) & 0xff : HEAPU16[(held + inNode.symbol) >> 1]!
  const start = isInline ? HEAPU8[at + 6]! : HEAPU32[(held + inNode.padding) >> 2]!
  const size = isInline ? HEAPU8[at + 7]! : HEAPU32[(held + inNode.size) >> 2]!
  const root = nodeOf(symbol, start, size, null, null)
  addChildren(at, start, null, root)
  return root
}
