import type { FileFacts, ReferenceFact } from '../../parsing/facts'
import type { Uses } from '../keep'
import type { Graph } from '../look'
import { folderOf } from '../resolution/project'
import { foldered, followName, type Holder, scripts } from './surfaces'
import type { Definition, Usage } from './usage'

/** The ordinals of a name's declarations at the same level: overloads, or an interface beside a class. */
export const declarations = ({ symbols }: FileFacts, { symbol }: Definition): Set<number> =>
  new Set(
    symbols.flatMap(({ name, container }, ordinal) =>
      name === symbol.name && container === symbol.container ? [ordinal] : [],
    ),
  )

const typeKinds = /^(interface|type)$/
const bothKinds = /^(class|enum|namespace|module|struct|trait|record)$/
const typeRoles = /^(type|extends_type|implements)$/

/** Where a type and a value share a name, each has usages of its own; lists of imports and exports are both's. */
export function meaningOf(facts: FileFacts, definition: Definition): (role: string) => boolean {
  const kinds = [...declarations(facts, definition)].map((ordinal) => facts.symbols[ordinal]!.kind)
  const merged = kinds.some((kind) => typeKinds.test(kind)) && kinds.some((kind) => !typeKinds.test(kind))
  const { kind } = definition.symbol
  if (!merged || bothKinds.test(kind)) return () => true
  const listed = /^(import|re_export|export)$/
  return (role) => listed.test(role) || typeRoles.test(role) === typeKinds.test(kind)
}

function namesOutside(facts: FileFacts, { file, symbol }: Definition): string[] {
  if (symbol.container !== undefined) return []
  if (!scripts.has(file.language)) return [symbol.name]
  return facts.exports.filter(({ local }) => local === symbol.name).map(({ name }) => name)
}

/** Every file that has the name, the defining one first. */
async function holdersOf(graph: Graph, definition: Definition) {
  const facts = await graph.facts(definition.file.path)
  const { holders, passed } = await followName(graph, definition.file.path, namesOutside(facts, definition))
  return { facts, passed, holders: [...holders, ...(await neighbours(graph, definition))] }
}

/** In Go and Java the files of the same folder see the name as it is. */
async function neighbours(graph: Graph, { file, symbol }: Definition): Promise<Holder[]> {
  if (!foldered.has(file.language) || symbol.container !== undefined) return []
  const files = await graph.inFolder(`${folderOf(file.path)}/`, file.language)
  const others = files.filter(({ path }) => path !== file.path)
  await graph.load(others.map(({ path }) => path))
  return others.map(({ path, language }) => ({ path, language, held: [], bare: true }))
}

export async function nameUsages(graph: Graph, definition: Definition): Promise<Usage[]> {
  const { facts, holders, passed } = await holdersOf(graph, definition)
  const { meaning } = await graph.uses(definition.file.path)
  const usages = [...declarations(facts, definition)]
    .flatMap((ordinal) => meaning.get(`symbol ${ordinal}`) ?? [])
    .map((reference) => usage(definition.file.path, reference))
  for (const { path, line, column } of passed)
    usages.push({ path, line, column, type: 're_export', within: -1 })
  for (const holder of holders)
    for (const one of heldUsages(holder, await graph.uses(holder.path), definition.symbol.name))
      usages.push(one)
  return usages
}

export const usage = (path: string, { line, column, role, within }: ReferenceFact): Usage => ({
  path,
  line,
  column,
  type: role,
  within,
})

function* heldUsages({ path, held, bare }: Holder, uses: Uses, name: string): Generator<Usage> {
  if (bare) for (const one of uses.named.get(name) ?? []) if (one.target.to === 'free') yield usage(path, one)
  for (const { bound, members } of held) {
    if (!members) yield { path, line: bound.line, column: bound.column, type: 'import', within: -1 }
    const meant = uses.meaning.get(`${members ? 'binding_member' : 'binding'} ${bound.index}`) ?? []
    for (const one of meant) if (!members || members.has(one.name)) yield usage(path, one)
  }
}

export function unique(usages: readonly Usage[]): Usage[] {
  const seen = new Map(usages.map((one) => [`${one.path}:${one.line}:${one.column}`, one]))
  return [...seen.values()].sort((a, b) =>
    a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line || a.column - b.column,
  )
}
