import { membersMeant } from '../follow'
import { inferenceOf } from '../inference/infer'
import { keyOf } from '../inference/known'
import { ownerOf } from '../inference/members'
import type { Graph } from '../look'
import { dependentsOf } from './dependents'
import { memberUsages } from './member-usages'
import { meaningOf, nameUsages, unique, usage } from './name-usages'
import type { Definition, Usage, Usages } from './usage'

/** Where a definition is used, through imports, barrels, renamings and, for members, through the types of their objects. */
export async function usagesOf(graph: Graph, definition: Definition): Promise<Usages> {
  const owner = await ownerOf(inferenceOf(graph), definition)
  if (owner) return memberUsages(graph, definition, owner)
  const facts = await graph.facts(definition.file.path)
  const fits = meaningOf(facts, definition)
  const found = [...(await nameUsages(graph, definition)), ...(await throughModules(graph, definition))]
  return { certain: unique(found.filter(({ type }) => fits(type))), possible: [] }
}

/** Where modules have members, as in Python and Rust, names are used through them: `pkg.util.helper()`. */
async function throughModules(graph: Graph, definition: Definition): Promise<Usage[]> {
  if (!/^(python|rust)$/.test(definition.file.language)) return []
  const paths = await dependentsOf(graph, [definition.file.path])
  const candidates = await graph.mentioning(definition.symbol.name, paths)
  await graph.loadBound(candidates)
  const found: Usage[] = []
  for (const path of candidates)
    for (const reference of (await graph.uses(path)).named.get(definition.symbol.name) ?? []) {
      if (!/_member$/.test(reference.target.to)) continue
      const { definitions } = await membersMeant(graph, path, reference)
      if (definitions.some((one) => keyOf(one) === keyOf(definition))) found.push(usage(path, reference))
    }
  return found
}
