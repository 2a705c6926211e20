import { AppError } from '../../../core/errors'
import { fullName } from '../repositories/repository'
import { isWithin, readQualified } from '../search/qualified'
import type { Graph } from './look'
import { existingFile, type OpenGraph } from './open-graph'
import { similarNames } from './similar-names'
import type { Definition } from './usages/usage'

/** `Shop.open`, `Shop#open`, `Shop::open` and `open` as container and name. */
export function splitSymbol(text: string): { name: string; container: string | undefined } {
  const parts = text
    .trim()
    .replace(/\(\)$/, '')
    .split(/::|#(?=[\w$])|\.(?=[\w$#])/)
  return { name: parts.at(-1)!, container: parts.length > 1 ? parts.at(-2) : undefined }
}

const mostDefinitions = 200

/** Definitions of this name, in the file where one is given. Throws `not_found` with names that come close. */
export async function findDefinitions(
  opened: OpenGraph,
  symbol: string,
  file?: string,
): Promise<Definition[]> {
  const { name, container } = splitSymbol(symbol)
  const path = file === undefined ? undefined : (await existingFile(opened, file)).path
  const paths = path === undefined ? await opened.graph.defining(name) : [path]
  const found = (await Promise.all(paths.map((one) => definitionsIn(opened.graph, one, name)))).flat()
  const direct = container === undefined ? found : found.filter((one) => one.symbol.container === container)
  const fitting = direct.length > 0 ? direct : found.filter((one) => isIn(opened, symbol, one))
  if (fitting.length > 0) return fitting.sort(byWeight).slice(0, mostDefinitions)
  throw new AppError(
    'not_found',
    `symbol not found in ${path ?? fullName(opened.row)}${hint(found, await similarNames(opened.graph, name))}`,
  )
}

/** Whether a definition is where its whole name says: `pkg.util.helper`. */
function isIn({ row }: OpenGraph, text: string, { file, symbol }: Definition): boolean {
  const qualified = readQualified(text.trim())
  const { name, container } = symbol
  return (
    qualified !== undefined && isWithin(qualified, { name, container, path: file.path, repository: row.name })
  )
}

const hint = (found: Definition[], names: string[]): string => {
  const known = [...new Set([...found.map(nameOfDefinition), ...names])].slice(0, 5)
  return known.length > 0 ? `; there is ${known.join(', ')}` : ''
}

export const nameOfDefinition = ({ symbol }: Definition): string =>
  symbol.container === undefined ? symbol.name : `${symbol.container}.${symbol.name}`

const byWeight = (a: Definition, b: Definition) =>
  Number(a.file.test) - Number(b.file.test) ||
  Number(b.symbol.exported) - Number(a.symbol.exported) ||
  Number(a.symbol.container !== undefined) - Number(b.symbol.container !== undefined) ||
  (a.file.path < b.file.path ? -1 : 1)

const definitionsIn = async (graph: Graph, path: string, name: string): Promise<readonly Definition[]> =>
  graph.named(path, name)

/** As answers show it. */
export const viewDefinition = (definition: Definition) => ({
  symbol: nameOfDefinition(definition),
  kind: definition.symbol.kind,
  file: definition.file.path,
  line: definition.symbol.line,
  end_line: definition.symbol.endLine,
  exported: definition.symbol.exported,
  signature: definition.symbol.signature ?? null,
})
