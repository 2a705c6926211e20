import { type Static, Type } from '@sinclair/typebox'
import { defineOperation } from '../../../../core/operation'
import { indexState, indexStateView } from '../../repositories/repository'
import { findDefinitions, nameOfDefinition, viewDefinition } from '../definitions'
import { followReference } from '../follow'
import { keyOf } from '../inference/known'
import type { Graph } from '../look'
import { openGraph } from '../open-graph'
import type { Definition } from '../usages/usage'
import { usagesOf } from '../usages/usages-of'
import { closed, definitionView, depthInput, includeTests, repositoryInput } from './schema'

const input = closed({
  symbol: Type.String({ minLength: 1, maxLength: 300, description: 'Function or method: open, Shop.open' }),
  file: Type.Optional(
    Type.String({ minLength: 1, maxLength: 1000, description: 'The file that defines it, where several do' }),
  ),
  direction: Type.Union([Type.Literal('callers'), Type.Literal('callees'), Type.Literal('both')], {
    default: 'both',
    description: 'Who calls it, what it calls',
  }),
  depth: depthInput(3, 'Levels to follow'),
  include_tests: includeTests,
  repository: repositoryInput,
})

const callView = closed({
  symbol: Type.String(),
  file: Type.String(),
  line: Type.Integer({ description: 'Of the first call' }),
  lines: Type.Array(Type.Integer(), { description: 'Of all its calls' }),
  level: Type.Integer(),
  of: Type.String({ description: 'Whose caller or callee it is' }),
})

const output = closed({
  definition: definitionView,
  other_definitions: Type.Array(definitionView),
  callers: Type.Array(callView),
  callees: Type.Array(callView),
  truncated: Type.Boolean(),
  index: indexStateView,
})
type Calls = Static<typeof callView>[]

const mostCalls = 200

export const getCallHierarchy = defineOperation({
  name: 'get_call_hierarchy',
  title: 'Get call hierarchy',
  description:
    'Who calls a function and what it calls, level by level: each caller once, with file and lines of its calls.',
  input,
  output,
  scope: 'code:read',
  hints: { readOnly: true, idempotent: true },
  listed: 'module',
  rest: { method: 'GET', path: '/calls' },
  examples: [
    {
      title: 'Callers, two levels',
      input: {
        symbol: 'openCart',
        direction: 'callers',
        depth: 2,
        include_tests: false,
        repository: 'acme/shop',
      },
    },
  ],
  run: (given, call) =>
    call.read(async (db) => {
      const opened = await openGraph(db, call, given, given.file)
      const [definition, ...others] = await findDefinitions(opened, given.symbol, given.file)
      const follow = (direction: 'callers' | 'callees', step: Step) =>
        given.direction === direction || given.direction === 'both'
          ? levels(opened.graph, definition!, step, given)
          : Promise.resolve([])
      const [callers, callees] = [await follow('callers', callersOf), await follow('callees', calleesOf)]
      return {
        definition: viewDefinition(definition!),
        other_definitions: others.slice(0, 10).map(viewDefinition),
        callers,
        callees,
        truncated: callers.length >= mostCalls || callees.length >= mostCalls,
        index: indexState(opened.row),
      }
    }),
})

/** A call, in the file where it stands. */
interface Call {
  definition: Definition | undefined
  path: string
  line: number
}
type Step = (graph: Graph, of: Definition) => Promise<Call[]>

/** The calls of each caller or callee as one. */
function together(calls: readonly Call[]): (Omit<Call, 'line'> & { lines: number[] })[] {
  const each = Map.groupBy(calls, ({ definition, path }) => `${path} ${definition ? keyOf(definition) : ''}`)
  return [...each.values()].map(([first, ...others]) => ({
    ...first!,
    lines: [...new Set([first!, ...others].map(({ line }) => line))].sort((a, b) => a - b),
  }))
}

async function levels(
  graph: Graph,
  start: Definition,
  step: Step,
  { depth, include_tests }: { depth: number; include_tests: boolean },
): Promise<Calls> {
  const calls: Calls = []
  const seen = new Set([keyOf(start)])
  let wave = [start]
  for (let level = 1; level <= depth && calls.length < mostCalls; level++) {
    const next: Definition[] = []
    for (const of of wave) {
      for (const { definition, path, lines } of together(await step(graph, of))) {
        if (calls.length >= mostCalls || (!include_tests && (await graph.file(path))?.test)) continue
        const symbol = definition ? nameOfDefinition(definition) : '(top of the file)'
        calls.push({ symbol, file: path, line: lines[0]!, lines, level, of: nameOfDefinition(of) })
        if (!definition || seen.has(keyOf(definition))) continue
        seen.add(keyOf(definition))
        next.push(definition)
      }
    }
    wave = next
  }
  return calls
}

const callRoles = /^(call|new|jsx|decorator)$/

async function callersOf(graph: Graph, of: Definition) {
  const { certain } = await usagesOf(graph, of)
  return Promise.all(
    certain
      .filter(({ type }) => callRoles.test(type))
      .map(async ({ path, line, within }) => {
        const [file, facts] = [await graph.file(path), await graph.facts(path)]
        const symbol = facts.symbols[within]
        return { definition: file && symbol ? { file, symbol, ordinal: within } : undefined, path, line }
      }),
  )
}

/** Calls within the definition's own lines, and where they lead; what leads out of the repository is left out. */
async function calleesOf(graph: Graph, { file, symbol, ordinal }: Definition) {
  const { references, symbols } = await graph.facts(file.path)
  // Calling a class runs its fields and its constructor, not its methods.
  const runs = (within: number) =>
    symbol.kind !== 'class' || within === ordinal || symbols[within]?.name === 'constructor'
  const calls = references.filter(
    ({ role, line, within }) =>
      callRoles.test(role) && line >= symbol.line && line <= symbol.endLine && runs(within),
  )
  // One after another: what is being found out for one is no answer for the next.
  const found = await Array.fromAsync(calls.slice(0, mostCalls), async (reference) => {
    const { definitions, exact } = await followReference(graph, file.path, reference)
    const [definition] = definitions
    return exact && definition ? [{ definition, path: file.path, line: reference.line }] : []
  })
  return found.flat()
}
