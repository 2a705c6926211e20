import type { FileFacts, ImportFact, ReferenceFact, Role, Target } from './facts'

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

/** Facts as bytes: names once, references as numbers, compressed. */
export function packFacts(facts: FileFacts): Uint8Array {
  const names = new Map<string, number>()
  const numberOf = (name: string) => {
    const known = names.get(name)
    if (known !== undefined) return known
    names.set(name, names.size)
    return names.size - 1
  }
  const rows = facts.references.map((reference) => rowOf(reference, numberOf))
  const packed = { ...facts, references: rows, names: [...names.keys()] }
  return Bun.zstdCompressSync(Buffer.from(JSON.stringify(packed)), { level: 1 })
}

function rowOf(reference: ReferenceFact, numberOf: (name: string) => number): Row {
  const { name, line, column, role, target, within } = reference
  const index = 'index' in target ? target.index : -1
  return [numberOf(name), line, column, roles.indexOf(role), targets.indexOf(target.to), index, within]
}

type Packed = Omit<FileFacts, 'references'> & { names: string[]; references: Row[] }

const read = (bytes: Uint8Array) => JSON.parse(Bun.zstdDecompressSync(bytes).toString()) as Packed

/** The imports among the facts that were packed, without the work that the rest is. */
export const unpackImports = (bytes: Uint8Array): ImportFact[] => read(bytes).imports

/** The facts that were packed. */
export function unpackFacts(bytes: Uint8Array): FileFacts {
  const { names, references, ...facts } = read(bytes)
  const unpack = ([name, line, column, role, to, index, within]: Row): ReferenceFact => {
    const target = (index < 0 ? { to: targets[to]! } : { to: targets[to]!, index }) as Target
    return { name: names[name]!, line, column, role: roles[role]!, target, within }
  }
  return { ...facts, references: references.map(unpack) }
}
