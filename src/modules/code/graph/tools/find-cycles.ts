import { Type } from '@sinclair/typebox'
import { defineOperation } from '../../../../core/operation'
import { indexState, indexStateView } from '../../repositories/repository'
import { readAllEdges } from '../look'
import { openGraph, plainPath } from '../open-graph'
import { findComponents, shortestCycle } from './components'
import { closed, limitInput, repositoryInput } from './schema'

const input = closed({
  path: Type.Optional(
    Type.String({ maxLength: 1000, description: 'Only cycles through files below this folder' }),
  ),
  include_tests: Type.Boolean({ default: false, description: 'Follow test files too' }),
  limit: limitInput(20, 200),
  repository: repositoryInput,
})

const output = closed({
  cycles: Type.Array(
    closed({
      files: Type.Integer({ description: 'Files that reach each other' }),
      cycle: Type.Array(Type.String(), { description: 'The middle of a long one is left out' }),
    }),
  ),
  total: Type.Integer(),
  index: indexStateView,
})

export const findCycles = defineOperation({
  name: 'find_cycles',
  title: 'Find import cycles',
  description:
    'Groups of files that import each other in a circle, the largest first, each with one shortest circle.',
  input,
  output,
  scope: 'code:read',
  hints: { readOnly: true, idempotent: true },
  listed: 'module',
  rest: { method: 'GET', path: '/cycles' },
  examples: [
    {
      title: 'Circles below a folder',
      input: { path: 'src', include_tests: false, limit: 20, repository: 'acme/shop' },
    },
  ],
  run: (given, call) =>
    call.read(async (db) => {
      const { graph, row } = await openGraph(db, call, given)
      const tests = new Set(
        given.include_tests ? [] : (await graph.files()).filter(({ test }) => test).map(({ path }) => path),
      )
      await graph.breathe()
      const edges = (await readAllEdges(db, graph.view)).filter(
        ({ from, to }) => !tests.has(from) && !tests.has(to),
      )
      await graph.breathe()
      const below = given.path === undefined ? '' : plainPath(given.path)
      const inside = (path: string) =>
        path === below || path.startsWith(below === '' ? '' : `${below.replace(/\/$/, '')}/`)
      const targets = new Map<string, string[]>()
      for (const { from, to } of edges) {
        const known = targets.get(from)
        if (known) known.push(to)
        else targets.set(from, [to])
      }
      const groups = findComponents(targets).filter((group) => group.some(inside))
      const cycles = groups
        .slice(0, given.limit)
        .map((group) => ({ files: group.length, cycle: shorten(shortestCycle(group, targets)) }))
      return { cycles, total: groups.length, index: indexState(row) }
    }),
})

/** A circle of hundreds of files tells nobody more than its ends. */
const mostShown = 30

export function shorten(cycle: string[]): string[] {
  if (cycle.length <= mostShown) return cycle
  const half = mostShown / 2
  return [...cycle.slice(0, half), `… ${cycle.length - mostShown} more`, ...cycle.slice(-half)]
}
