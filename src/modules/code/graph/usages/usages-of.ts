import { inferenceOf } from '../inference/infer'
import { ownerOf } from '../inference/members'
import type { Graph } from '../look'
import { memberUsages } from './member-usages'
import { meaningOf, nameUsages, unique } from './name-usages'
import type { Definition, Usages } from './usage'

/** Where a definition is used, through imports, barrels, renamings and, for members, through the types of their objects. */
export async function usagesOf(graph: Graph, definition: Definition): Promise<Usages> {
  const owner = await ownerOf(inferenceOf(graph), definition)
  if (owner) return memberUsages(graph, definition, owner)
  const facts = await graph.facts(definition.file.path)
  const fits = meaningOf(facts, definition)
  return {
    certain: unique((await nameUsages(graph, definition)).filter(({ type }) => fits(type))),
    possible: [],
  }
}
