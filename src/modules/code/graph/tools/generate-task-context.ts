import { Type } from '@sinclair/typebox'
import { and, desc, gt } from 'drizzle-orm'
import { defineOperation } from '../../../../core/operation'
import { indexState, indexStateView } from '../../repositories/repository'
import { indexedFiles } from '../../tables'
import type { Graph } from '../look'
import { existingFile, openGraph } from '../open-graph'
import { isShown } from '../project-files'
import { closed, includeTests, repositoryInput } from './schema'
import { walkImports } from './walk'

const input = closed({
  files: Type.Array(Type.String({ minLength: 1, maxLength: 1000 }), {
    minItems: 1,
    maxItems: 20,
    description: 'Files that the task is about',
  }),
  include_tests: includeTests,
  include_symbols: Type.Boolean({ default: false, description: 'Give the definitions of the files' }),
  max_impacted_files: Type.Integer({
    minimum: 1,
    maximum: 50,
    default: 20,
    description: 'Most files that use them',
  }),
  repository: repositoryInput,
})

const output = closed({
  targetFiles: Type.Array(
    closed({
      path: Type.String(),
      dependents: Type.Integer(),
      dependencies: Type.Array(Type.String()),
      symbols: Type.Array(Type.String()),
    }),
  ),
  impactedFiles: Type.Array(Type.String()),
  testFiles: Type.Array(Type.String()),
  recentChanges: Type.Array(Type.String(), {
    description: 'Files around them that changed with the latest commits that were indexed',
  }),
  indexStale: Type.Boolean(),
  index: indexStateView,
})

export const generateTaskContext = defineOperation({
  name: 'generate_task_context',
  title: 'Generate the context of a task',
  description:
    'What to know before changing files: what they define and import, who uses them, their tests, and what changed lately.',
  input,
  output,
  scope: 'code:read',
  hints: { readOnly: true, idempotent: true },
  listed: 'module',
  rest: { method: 'POST', path: '/task-context' },
  examples: [
    {
      title: 'Before changing one file',
      input: {
        files: ['src/cart.ts'],
        include_tests: true,
        include_symbols: true,
        max_impacted_files: 20,
        repository: 'acme/shop',
      },
    },
  ],
  run: (given, call) =>
    call.read(async (db) => {
      const opened = await openGraph(db, call, given, given.files[0])
      const { graph, row } = opened
      const paths = await Promise.all(
        given.files.map(async (path) => (await existingFile(opened, path)).path),
      )
      const targets = await Promise.all(paths.map((path) => target(graph, path, given.include_symbols)))
      const around = [...new Set(targets.flatMap(({ users }) => users))].filter(
        (path) => !paths.includes(path),
      )
      const tests = new Set((await graph.files()).filter(({ test }) => test).map(({ path }) => path))
      const state = indexState(row)
      return {
        targetFiles: targets.map(({ users: _users, ...shown }) => shown),
        impactedFiles: around.filter((path) => !tests.has(path)).slice(0, given.max_impacted_files),
        testFiles: given.include_tests ? around.filter((path) => tests.has(path)).slice(0, 50) : [],
        recentChanges: await recent(graph, new Set([...paths, ...around])),
        indexStale: state.stale,
        index: state,
      }
    }),
})

async function target(graph: Graph, path: string, withSymbols: boolean) {
  const users = await walkImports(graph, path, 'dependents', 2, true)
  const uses = await walkImports(graph, path, 'dependencies', 1, true)
  const { symbols } = await graph.facts(path)
  const shown = withSymbols
    ? symbols.slice(0, 100).map((symbol) => `${symbol.line} ${symbol.signature ?? symbol.name}`.slice(0, 160))
    : []
  return {
    path,
    dependents: users.count,
    dependencies: uses.direct,
    symbols: shown,
    users: [...users.direct, ...Object.values(users.indirect).flat()],
  }
}

/** Of these files those that came or changed after the first index, the latest first. */
async function recent({ db, view }: Graph, paths: ReadonlySet<string>): Promise<string[]> {
  const t = indexedFiles.on(db.dialect)
  const rows = await db
    .select({ path: t.path })
    .from(t)
    .where(and(isShown(t, view), gt(t.added_in, 1)))
    .orderBy(desc(t.indexed_at), t.path)
    .limit(500)
  return rows
    .map(({ path }) => path)
    .filter((path) => paths.has(path))
    .slice(0, 20)
}
