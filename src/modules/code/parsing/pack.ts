import type { FileFacts, ImportFact, ReferenceFact, Role, SymbolFact, Target } from './facts'
import { rowOfSymbol, type SymbolRow, symbolOfRow } from './symbol-rows'

const roles: readonly Role[] = [
  'read',
  'call',
  'new',
  'type',
  'extends',
  'implements',
  'jsx',
  'export',
  'decorator',
  'extends_type',
]
const targets: readonly Target['to'][] = [
  'binding',
  'binding_member',
  'symbol',
  'symbol_member',
  'free',
  'unknown',
  'typed_member',
]

type Row = [
  name: number,
  line: number,
  column: number,
  role: number,
  to: number,
  index: number,
  within: number,
]

/** Definitions as text. */
export const packSymbols = (symbols: readonly SymbolFact[]): string =>
  JSON.stringify(symbols.map(rowOfSymbol))

export const unpackSymbols = (packed: string): SymbolFact[] =>
  (JSON.parse(packed) as SymbolRow[]).map(symbolOfRow)

/** Facts as bytes: a line of imports, which are asked for alone, and one of the rest, compressed; names once, references as numbers. `symbols` are theirs, packed already. */
export function packFacts(
  { symbols: _, imports, references, ...facts }: FileFacts,
  symbols: string,
): Uint8Array {
  const names = new Map<string, number>()
  const numberOf = (name: string) => {
    const known = names.get(name)
    if (known !== undefined) return known
    names.set(name, names.size)
    return names.size - 1
  }
  const rows = references.map((reference) => rowOf(reference, numberOf))
  const others = JSON.stringify({ ...facts, references: rows, names: [...names.keys()] })
  const lines = `${JSON.stringify(imports)}\n{"symbols":${symbols},${others.slice(1)}`
  return Bun.zstdCompressSync(Buffer.from(lines), { level: 1 })
}

function rowOf(reference: ReferenceFact, numberOf: (name: string) => number): Row {
  const { name, line, column, role, target, within } = reference
  const index = 'index' in target ? target.index : -1
  return [numberOf(name), line, column, roles.indexOf(role), targets.indexOf(target.to), index, within]
}

type Packed = Omit<FileFacts, 'references' | 'symbols'> & {
  /** Objects where an older version has packed them: until their repository is indexed again. */
  symbols: (SymbolRow | SymbolFact)[]
  references: Row[]
  names: string[]
}

/** The imports, and the rest of what was packed. An older version has packed one line, with the imports in it. */
function linesOf(bytes: Uint8Array): [imports: Buffer | undefined, rest: Buffer] {
  const packed = Bun.zstdDecompressSync(bytes)
  const end = packed.indexOf(lineFeed)
  return end < 0 ? [undefined, packed] : [packed.subarray(0, end), packed.subarray(end + 1)]
}

const lineFeed = 10
const parse = (line: Buffer) => JSON.parse(line.toString())

/** The imports among the facts that were packed, without the work that the rest is. */
export function unpackImports(bytes: Uint8Array): ImportFact[] {
  const [imports, rest] = linesOf(bytes)
  return imports ? parse(imports) : (parse(rest) as Packed).imports
}

const unpackSymbol = (symbol: SymbolRow | SymbolFact): SymbolFact =>
  Array.isArray(symbol) ? symbolOfRow(symbol) : symbol

/** The facts that were packed. */
export function unpackFacts(bytes: Uint8Array): FileFacts {
  const [imports, rest] = linesOf(bytes)
  const { names, references, symbols, ...facts } = parse(rest) as Packed
  const unpack = ([name, line, column, role, to, index, within]: Row): ReferenceFact => {
    const target = (index < 0 ? { to: targets[to]! } : { to: targets[to]!, index }) as Target
    return { name: names[name]!, line, column, role: roles[role]!, target, within }
  }
  return {
    ...facts,
    imports: imports ? parse(imports) : facts.imports,
    symbols: symbols.map(unpackSymbol),
    references: references.map(unpack),
  }
}
