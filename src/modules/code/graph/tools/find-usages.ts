import { type Static, Type } from '@sinclair/typebox'
import { defineOperation } from '../../../../core/operation'
import { indexState, indexStateView } from '../../repositories/repository'
import { findDefinitions, viewDefinition } from '../definitions'
import { lineTexts } from '../line-texts'
import type { Graph } from '../look'
import { openGraph } from '../open-graph'
import type { Definition, Usage } from '../usages/usage'
import { usagesOf } from '../usages/usages-of'
import { closed, definitionView, includeTests, limitInput, repositoryInput } from './schema'

const input = closed({
  symbol: Type.String({
    minLength: 1,
    maxLength: 300,
    description: 'Name, or with its container: Shop.open',
  }),
  file: Type.Optional(
    Type.String({ minLength: 1, maxLength: 1000, description: 'The file that defines it, where several do' }),
  ),
  include_tests: includeTests,
  include_imports: Type.Boolean({ default: true, description: 'Count import and re-export lists too' }),
  limit: limitInput(50, 500),
  repository: repositoryInput,
})

const usageView = closed({
  file: Type.String(),
  line: Type.Integer(),
  column: Type.Integer(),
  usage_type: Type.String(),
  of: Type.Integer({ description: 'Which of the definitions, from 0' }),
  within: Type.Union([Type.String(), Type.Null()], { description: 'The symbol around it' }),
  context: Type.String({ description: 'The line' }),
})

const output = closed({
  symbol: Type.String(),
  definitions: Type.Array(definitionView),
  usages: Type.Array(usageView),
  total_usages: Type.Integer(),
  files_with_usages: Type.Integer(),
  possible_usages: Type.Array(
    closed({ file: Type.String(), line: Type.Integer(), column: Type.Integer(), context: Type.String() }),
    {
      description: 'Members of this name whose object has a type that is not known',
    },
  ),
  total_possible: Type.Integer(),
  truncated: Type.Boolean(),
  index: indexStateView,
})

const mostDefinitions = 10
const mostPossible = 20

export const findUsages = defineOperation({
  name: 'find_usages',
  title: 'Find usages',
  description:
    'Where a symbol is used: resolved through imports, aliases, barrels, renamings and namespaces, not by its text, so a local variable of the same name is none. Several definitions of one name are told apart.',
  input,
  output,
  scope: 'code:read',
  hints: { readOnly: true, idempotent: true },
  rest: { method: 'GET', path: '/usages' },
  examples: [
    {
      title: 'Usages of a function outside of tests',
      input: {
        symbol: 'openCart',
        include_tests: false,
        include_imports: false,
        limit: 50,
        repository: 'acme/shop',
      },
    },
  ],
  run: (given, call) =>
    call.read(async (db): Promise<Static<typeof output>> => {
      const opened = await openGraph(db, call, given, given.file)
      const { graph, row } = opened
      const definitions = (await findDefinitions(opened, given.symbol, given.file)).slice(0, mostDefinitions)
      const found = await collect(graph, definitions, given)
      const shown = found.certain.slice(0, given.limit)
      const possible = found.possible.slice(0, mostPossible)
      const texts = await lineTexts(
        graph,
        [...shown, ...possible].map(({ path, line }) => ({ path, line })),
      )
      const usages = await Promise.all(shown.map((usage, at) => viewUsage(graph, usage, texts[at]!)))
      return {
        symbol: given.symbol,
        definitions: definitions.map(viewDefinition),
        usages,
        total_usages: found.certain.length,
        files_with_usages: new Set(found.certain.map(({ path }) => path)).size,
        possible_usages: possible.map(({ path, line, column }, at) => ({
          file: path,
          line,
          column,
          context: texts[shown.length + at]!,
        })),
        total_possible: found.possible.length,
        truncated: found.certain.length > shown.length,
        index: indexState(row),
      }
    }),
})

type Found = Usage & { of: number }

/** Usages of all definitions; declarations of one name in one file (overloads) are one definition's. */
async function collect(
  graph: Graph,
  definitions: readonly Definition[],
  given: { include_tests: boolean; include_imports: boolean },
) {
  const [certain, possible] = [new Map<string, Found>(), new Map<string, Found>()]
  for (const [of, definition] of definitions.entries()) {
    const found = await usagesOf(graph, definition)
    for (const [list, into] of [
      [found.certain, certain],
      [found.possible, possible],
    ] as const) {
      for (const usage of list) {
        const key = `${usage.path}:${usage.line}:${usage.column}`
        if (!into.has(key)) into.set(key, { ...usage, of })
      }
    }
  }
  const wanted = async (usages: Iterable<Found>) => {
    const fitting: Found[] = []
    for (const usage of usages) {
      if (!given.include_imports && /^(import|re_export|export)$/.test(usage.type)) continue
      if (given.include_tests || !(await graph.file(usage.path))?.test) fitting.push(usage)
    }
    return fitting
  }
  const sure = await wanted(certain.values())
  return {
    certain: sure,
    possible: (await wanted(possible.values())).filter(
      (one) => !certain.has(`${one.path}:${one.line}:${one.column}`),
    ),
  }
}

async function viewUsage(graph: Graph, { path, line, column, type, of, within }: Found, context: string) {
  const around = within < 0 ? undefined : (await graph.facts(path)).symbols[within]
  const name = around && (around.container === undefined ? around.name : `${around.container}.${around.name}`)
  return {
    file: path,
    line,
    column,
    usage_type: type === 'extends_type' ? 'extends' : type,
    of,
    within: name ?? null,
    context,
  }
}
