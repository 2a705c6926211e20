import type { ExportFact, FileFacts } from '../parsing/facts'

/** What a module gives others, by the name outside and by the name inside. */
interface Exports {
  name: ReadonlyMap<string, readonly ExportFact[]>
  local: ReadonlyMap<string, readonly ExportFact[]>
}

const read = new WeakMap<FileFacts, Exports>()

export function exportsBy(facts: FileFacts): Exports {
  let found = read.get(facts)
  if (!found) {
    found = {
      name: Map.groupBy(facts.exports, ({ name }) => name),
      local: Map.groupBy(facts.exports, ({ local }) => local),
    }
    read.set(facts, found)
  }
  return found
}
