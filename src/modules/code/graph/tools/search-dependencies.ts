import { type Static, Type } from '@sinclair/typebox'
import { defineOperation } from '../../../../core/operation'
import { indexState, indexStateView } from '../../repositories/repository'
import type { Graph } from '../look'
import { existingFile, openGraph } from '../open-graph'
import { closed, depthInput, includeTests, limitInput, pathInput, repositoryInput } from './schema'
import { mostFiles, type Walk, walkImports } from './walk'
import { type PageStart, pageOfWalk, readPageStart, writePageStart } from './walk-page'

const input = closed({
  file_path: pathInput('Path in the repository'),
  direction: Type.Union([Type.Literal('dependents'), Type.Literal('dependencies'), Type.Literal('both')], {
    default: 'both',
    description: 'dependents: who uses it; dependencies: what it uses',
  }),
  depth: depthInput(5, 'Levels to follow'),
  include_tests: includeTests,
  limit: limitInput(200, 1000),
  cursor: Type.Optional(Type.String({ maxLength: 400 })),
  repository: repositoryInput,
})

const walkView = closed({
  direct: Type.Array(Type.String()),
  indirect: Type.Record(Type.String(), Type.Array(Type.String())),
  cycles: Type.Array(Type.Array(Type.String())),
  count: Type.Integer({ description: 'Of all pages' }),
  without_import: Type.Optional(
    Type.Array(Type.String(), {
      description: 'Of these, files met without an import: of the same package, or by a name with its path',
    }),
  ),
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
  next_cursor: Type.Optional(Type.String()),
  note: Type.Optional(Type.String()),
})

export const searchDependencies = defineOperation({
  name: 'search_dependencies',
  title: 'Search dependencies of a file',
  description:
    'Which files depend on a file, and on which it depends: imports through aliases, barrels, workspaces and packages, and neighbours of a Go or Java package. For who uses one symbol take find_usages; for what a change touches take analyze_change_impact.',
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
        limit: 200,
        repository: 'acme/shop',
      },
    },
  ],
  run: (given, call) =>
    call.read(async (db): Promise<Static<typeof output>> => {
      const opened = await openGraph(db, call, given, given.file_path)
      const { path } = await existingFile(opened, given.file_path)
      const { graph, row } = opened
      const question = [row.id, path, given.direction, given.depth, given.include_tests, row.generation].join(
        '\n',
      )
      const start = readPageStart(given.cursor, question)
      const { walks, next, ...pages } = await pagesOf(graph, path, given, start)
      const own = given.cursor === undefined ? await importsOutside(graph, path) : nothing
      const note = noteOf(walks, own)
      return {
        file_path: path,
        direction: given.direction,
        depth: given.depth,
        ...pages,
        packages: own.packages.slice(0, mostOwn),
        unresolved_imports: own.unresolved.slice(0, mostOwn),
        index: indexState(row),
        ...(next ? { next_cursor: writePageStart(next, question) } : {}),
        ...(note ? { note } : {}),
      }
    }),
})

/** A page of each walk that is asked for; `next` is where the following ones begin, absent at the end. */
async function pagesOf(graph: Graph, path: string, given: Given, start: PageStart) {
  const pages: Partial<Record<keyof PageStart, Walk>> = {}
  const walks: Walk[] = []
  const next = { ...start }
  let more = false
  for (const direction of ['dependents', 'dependencies'] as const) {
    if (given.direction !== direction && given.direction !== 'both') continue
    const walk = await walkImports(graph, path, direction, given.depth, given.include_tests)
    const { page, given: until } = pageOfWalk(walk, start[direction], given.limit)
    pages[direction] = page
    next[direction] = until
    walks.push(walk)
    more ||= until < walk.count
  }
  return { ...pages, walks, ...(more ? { next } : {}) }
}

/** Packages, and imports that lead nowhere, of one answer. */
const mostOwn = 100
const nothing: Outside = { packages: [], unresolved: [] }

/** What a file imports that is no file of the repository; said once, on the first page. */
async function importsOutside(graph: Graph, path: string): Promise<Outside> {
  const edges = await graph.importsOf([path])
  const unresolved = edges.filter((edge) => edge.path === null && edge.package === null)
  const byPlace = new Map(
    unresolved.map(({ specifier, line }) => [`${specifier}:${line}`, { specifier, line }]),
  )
  const packages = [...new Set(edges.flatMap((edge) => edge.package ?? []))].sort()
  return { packages, unresolved: [...byPlace.values()] }
}

function noteOf(walks: readonly Walk[], { packages, unresolved }: Outside): string | undefined {
  const notes = []
  if (walks.some(({ count }) => count >= mostFiles - 1))
    notes.push(
      `More than ${mostFiles - 1} files are reached and the rest is not counted: take a smaller depth.`,
    )
  if (packages.length > mostOwn) notes.push(`${packages.length - mostOwn} further packages are not shown.`)
  if (unresolved.length > mostOwn)
    notes.push(`${unresolved.length - mostOwn} further unresolved imports are not shown.`)
  return notes.join(' ') || undefined
}

type Given = Static<typeof input>

interface Outside {
  packages: string[]
  unresolved: { specifier: string; line: number }[]
}
