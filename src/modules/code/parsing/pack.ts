import { listDefinitions } from '../search/piece-definitions'
import {
  type FileFacts,
  type ImportFact,
  noFacts,
  type ParsedFile,
  type ReferenceFact,
  type Role,
  type SymbolFact,
  type Target,
} from './facts'
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

/** What parsing a text gives. */
export function packFile(facts: FileFacts): ParsedFile {
  const { symbols, references, imports } = facts
  return {
    facts: isBare(facts) ? null : packFacts(facts),
    symbols: symbols.length > 0 ? packSymbols(symbols) : null,
    symbolCount: symbols.length,
    definitions: listDefinitions(symbols),
    referenceCount: references.length + imports.length,
  }
}

/** Nothing but symbols was found, as in most headers of C. */
const isBare = ({ imports, exports, references, expressions, shapes, package: named }: FileFacts) =>
  imports.length + exports.length + references.length + (expressions?.length ?? 0) === 0 &&
  Object.keys(shapes ?? {}).length === 0 &&
  named === undefined

const packSymbols = (symbols: readonly SymbolFact[]): Uint8Array =>
  compress(JSON.stringify(symbols.map(rowOfSymbol)))

/** The symbols of a text. */
export const unpackSymbols = (packed: Uint8Array | null): SymbolFact[] =>
  packed ? (parse(Bun.zstdDecompressSync(packed)) as SymbolRow[]).map(symbolOfRow) : []

const compress = (text: string): Uint8Array => Bun.zstdCompressSync(text, { level: 1 })

/** A line of imports, which are asked for alone, and one of the rest; names once, references as numbers. */
function packFacts({ symbols: _, imports, references, ...facts }: FileFacts): Uint8Array {
  const names = new Map<string, number>()
  const numberOf = (name: string) => {
    const known = names.get(name)
    if (known !== undefined) return known
    names.set(name, names.size)
    return names.size - 1
  }
  const rows = references.map((reference) => rowOf(reference, numberOf))
  const others = JSON.stringify({ ...facts, references: rows, names: [...names.keys()] })
  return compress(`${JSON.stringify(imports)}\n${others}`)
}

function rowOf(reference: ReferenceFact, numberOf: (name: string) => number): Row {
  const { name, line, column, role, target, within } = reference
  const index = 'index' in target ? target.index : -1
  return [numberOf(name), line, column, roles.indexOf(role), targets.indexOf(target.to), index, within]
}

type Packed = Omit<FileFacts, 'imports' | 'references' | 'symbols'> & { references: Row[]; names: string[] }

function linesOf(bytes: Uint8Array): [imports: Buffer, rest: Buffer] {
  const packed = Bun.zstdDecompressSync(bytes)
  const end = packed.indexOf(lineFeed)
  return [packed.subarray(0, end), packed.subarray(end + 1)]
}

const lineFeed = 10
const parse = (line: Buffer) => JSON.parse(line.toString())

/** The imports among the facts that were packed, without the work that the rest is. */
export const unpackImports = (bytes: Uint8Array | null): ImportFact[] =>
  bytes ? parse(linesOf(bytes)[0]) : []

/** The facts that were packed, with the symbols. */
export function unpackFacts(bytes: Uint8Array | null, symbols: Uint8Array | null): FileFacts {
  if (!bytes) return { ...noFacts, symbols: unpackSymbols(symbols) }
  const [imports, rest] = linesOf(bytes)
  const { names, references, ...facts } = parse(rest) as Packed
  const unpack = ([name, line, column, role, to, index, within]: Row): ReferenceFact => {
    const target = (index < 0 ? { to: targets[to]! } : { to: targets[to]!, index }) as Target
    return { name: names[name]!, line, column, role: roles[role]!, target, within }
  }
  return {
    ...facts,
    imports: parse(imports),
    symbols: unpackSymbols(symbols),
    references: references.map(unpack),
  }
}
