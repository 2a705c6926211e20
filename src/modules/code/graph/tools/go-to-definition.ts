import { type Static, Type } from '@sinclair/typebox'
import { AppError, invalid } from '../../../../core/errors'
import { defineOperation } from '../../../../core/operation'
import { indexState, indexStateView } from '../../repositories/repository'
import { findDefinitions, viewDefinition } from '../definitions'
import { type Followed, followBinding, followReference } from '../follow'
import { existingFile, type OpenGraph, openGraph } from '../open-graph'
import { closed, definitionView, repositoryInput } from './schema'

const input = closed({
  symbol: Type.Optional(
    Type.String({ minLength: 1, maxLength: 300, description: 'Name, or with its container: Shop.open' }),
  ),
  file: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 1000,
      description: 'The file that uses it (with line), or that defines it',
    }),
  ),
  line: Type.Optional(Type.Integer({ minimum: 1, description: 'Line of the use, from 1' })),
  column: Type.Optional(Type.Integer({ minimum: 1, description: 'Column of the use, from 1' })),
  repository: repositoryInput,
})
type Given = Static<typeof input>

const output = closed({
  definitions: Type.Array(definitionView),
  exact: Type.Boolean({ description: 'False where only the name fits' }),
  package: Type.Union([Type.String(), Type.Null()], {
    description: 'The external package that it comes from',
  }),
  index: indexStateView,
})

export const goToDefinition = defineOperation({
  name: 'go_to_definition',
  title: 'Go to definition',
  description:
    'Where what stands at file, line and column is defined, or a symbol by its name. With file and line, symbol tells which name of the line is meant. Follows imports, barrels and renamings.',
  input,
  output,
  scope: 'code:read',
  hints: { readOnly: true, idempotent: true },
  listed: 'module',
  rest: { method: 'GET', path: '/definition' },
  examples: [
    {
      title: 'What a line means',
      input: { file: 'src/api.ts', line: 12, symbol: 'openCart', repository: 'acme/shop' },
    },
  ],
  run: (given, call) =>
    call.read(async (db) => {
      if (given.symbol === undefined && (given.file === undefined || given.line === undefined))
        throw invalid('/symbol', 'must be given, or file and line')
      const opened = await openGraph(db, call, given, given.file)
      const found = given.line === undefined ? await byName(opened, given) : await atPlace(opened, given)
      return {
        definitions: found.definitions.slice(0, 20).map(viewDefinition),
        exact: found.exact,
        package: found.package,
        index: indexState(opened.row),
      }
    }),
})

const byName = async (opened: OpenGraph, { symbol, file }: Given): Promise<Followed> => ({
  definitions: await findDefinitions(opened, symbol!, file),
  exact: true,
  package: null,
})

/** Names of one line that are tried until one leads somewhere. */
const mostFollowed = 20

async function atPlace(opened: OpenGraph, { file, line, column, symbol }: Given): Promise<Followed> {
  const { graph } = opened
  const { path } = await existingFile(opened, file!)
  const facts = await graph.facts(path)
  const name = symbol?.split(/[.#:]+/).at(-1)
  const fits = (one: { line: number; column: number; name: string }) =>
    one.line === line &&
    (name === undefined || one.name === name) &&
    (column === undefined || (one.column <= column && column <= one.column + one.name.length))
  const fitting = facts.references.filter(fits).slice(0, mostFollowed)
  let first: Followed | undefined
  for (const reference of fitting) {
    const followed = await followReference(graph, path, reference)
    if (followed.exact && followed.definitions.length > 0) return followed
    first ??= followed
  }
  if (first) return first
  const bound = (await graph.bound(path)).find(
    (one) => fits({ ...one, name: one.imported }) || fits({ ...one, name: one.local }),
  )
  if (bound?.index !== undefined) return followBinding(graph, path, bound.index)
  const found = await Promise.all(
    facts.symbols.flatMap((one, ordinal) =>
      fits(one) ? [graph.file(path).then((at) => ({ file: at!, symbol: one, ordinal }))] : [],
    ),
  )
  if (found.length > 0) return { definitions: found, exact: true, package: null }
  throw new AppError(
    'not_found',
    `no name that can be followed at ${path}:${line}${column === undefined ? '' : `:${column}`}`,
    { advice: 'Read the line with get_file and give the place of a name, or ask by symbol alone.' },
  )
}
