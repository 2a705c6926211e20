import { type Static, Type } from '@sinclair/typebox'
import { defineOperation } from '../../../../core/operation'
import { indexState, indexStateView } from '../../repositories/repository'
import { existingFile, openGraph } from '../open-graph'
import { closed, depthInput, includeTests, pathInput, repositoryInput } from './schema'
import { walkImports } from './walk'

const input = closed({
  file_path: pathInput('Path in the repository'),
  direction: Type.Union([Type.Literal('dependents'), Type.Literal('dependencies'), Type.Literal('both')], {
    default: 'both',
    description: 'dependents: who imports it; dependencies: what it imports',
  }),
  depth: depthInput(5, 'Levels to follow'),
  include_tests: includeTests,
  repository: repositoryInput,
})

const walkView = closed({
  direct: Type.Array(Type.String()),
  indirect: Type.Record(Type.String(), Type.Array(Type.String())),
  cycles: Type.Array(Type.Array(Type.String())),
  count: Type.Integer(),
})

const unresolvedView = closed({ specifier: Type.String(), line: Type.Integer() })

const output = closed({
  file_path: Type.String(),
  direction: Type.String(),
  depth: Type.Integer(),
  dependents: Type.Optional(walkView),
  dependencies: Type.Optional(walkView),
  packages: Type.Array(Type.String(), { description: 'External packages that the file imports' }),
  unresolved_imports: Type.Array(unresolvedView, {
    description: 'Imports that lead to no file and no package',
  }),
  index: indexStateView,
})

export const searchDependencies = defineOperation({
  name: 'search_dependencies',
  title: 'Search dependencies of a file',
  description:
    'Which files import a file, and which it imports, through aliases, barrels, workspaces and packages. For who uses one symbol take find_usages; for what a change touches take analyze_change_impact.',
  input,
  output,
  scope: 'code:read',
  hints: { readOnly: true, idempotent: true },
  rest: { method: 'GET', path: '/dependencies' },
  examples: [
    {
      title: 'Who imports a file, two levels up',
      input: {
        file_path: 'src/cart.ts',
        direction: 'dependents',
        depth: 2,
        include_tests: false,
        repository: 'acme/shop',
      },
    },
  ],
  run: (given, call) =>
    call.read(async (db): Promise<Static<typeof output>> => {
      const opened = await openGraph(db, call.principal.id, given, given.file_path)
      const { path } = await existingFile(opened, given.file_path)
      const { graph, row } = opened
      const follow = (direction: 'dependents' | 'dependencies') =>
        given.direction === direction || given.direction === 'both'
          ? walkImports(graph, path, direction, given.depth, given.include_tests)
          : undefined
      const edges = await graph.importsOf([path])
      const unresolved = edges.filter((edge) => edge.path === null && edge.package === null)
      const byPlace = new Map(
        unresolved.map(({ specifier, line }) => [`${specifier}:${line}`, { specifier, line }]),
      )
      return {
        file_path: path,
        direction: given.direction,
        depth: given.depth,
        ...without({ dependents: await follow('dependents'), dependencies: await follow('dependencies') }),
        packages: [...new Set(edges.flatMap((edge) => edge.package ?? []))].sort(),
        unresolved_imports: [...byPlace.values()],
        index: indexState(row),
      }
    }),
})

const without = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as T
