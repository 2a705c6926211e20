import { type Static, Type } from '@sinclair/typebox'
import { defineOperation } from '../../../core/operation'
import type { Reader } from '../../../core/storage'
import { indexStateView } from '../repositories/repository'
import { explainEmpty, explainNothing } from './answer/explain'
import { roomFor } from './answer/fit'
import { emptyView } from './answer/schema'
import { decodePlace, encodePlace, type Place } from './cursor'
import { type SymbolRow, symbolsAt } from './engine/symbol-rows'
import { fold } from './fold'
import { type Looking, lookFor } from './looking'
import { beginning, type Page, readPage } from './pages'
import type { Node } from './query/query'
import { checkRegex } from './regex/compile'
import { openScope } from './scope'
import type { Hit } from './window'

const closed = { additionalProperties: false }

const input = Type.Object(
  {
    query: Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'A name or a part of one, letter case aside; or /regex/ (RE2) of names',
    }),
    kind: Type.Optional(
      Type.String({ minLength: 1, maxLength: 40, description: 'function, class, method, interface, …' }),
    ),
    language: Type.Optional(Type.String({ minLength: 1, maxLength: 40 })),
    project: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    repository: Type.Optional(Type.String({ minLength: 1, maxLength: 400 })),
    limit: Type.Integer({ minimum: 1, maximum: 100, default: 20 }),
    cursor: Type.Optional(Type.String({ maxLength: 8000 })),
  },
  closed,
)

const symbolView = Type.Object(
  {
    name: Type.String(),
    kind: Type.String(),
    repository: Type.String(),
    path: Type.String(),
    line: Type.Integer(),
    end_line: Type.Integer(),
    container: Type.Optional(Type.String({ description: 'The class, namespace, … around it' })),
    signature: Type.Optional(Type.String()),
    exported: Type.Boolean(),
  },
  closed,
)
type SymbolView = Static<typeof symbolView>

const output = Type.Object(
  {
    symbols: Type.Array(symbolView, { description: 'Exact names first' }),
    time_ms: Type.Number(),
    indexes: Type.Array(indexStateView),
    empty: Type.Optional(emptyView),
    next_cursor: Type.Optional(Type.String()),
  },
  closed,
)

export const searchSymbols = defineOperation({
  name: 'search_symbols',
  title: 'Search symbols',
  description:
    'Finds definitions (functions, classes, methods, types, …) by name: where they are, with signature. For text use search_code.',
  input,
  output,
  scope: 'code:read',
  hints: { readOnly: true, idempotent: true },
  listed: 'module',
  rest: { method: 'GET', path: '/symbols' },
  examples: [
    { title: 'A class', input: { query: 'Router', kind: 'class', limit: 10 } },
    { title: 'By regex', input: { query: '/^use[A-Z]/', limit: 20 } },
  ],
  run: (given, call) => call.read((db) => answer(db, call.principal.id, given)),
})

async function answer(
  db: Reader,
  owner: string,
  given: Static<typeof input>,
): Promise<Static<typeof output>> {
  const began = performance.now()
  const scope = await openScope(db, owner, given)
  const { indexes } = scope
  const query = { node: nodeOf(given), caseSensitive: false }
  const time_ms = () => Math.round((performance.now() - began) * 10) / 10
  if (!scope.range) return { symbols: [], time_ms: time_ms(), indexes, empty: explainNothing(scope) }
  const looking = lookFor(db, owner, query, scope.places, scope.range)
  const question = JSON.stringify([
    'symbols',
    given.query,
    given.kind,
    given.language,
    given.project,
    given.repository,
  ])
  const from =
    given.cursor === undefined ? await beginning(looking) : decodePlace(question, given.cursor, scope.range)
  const page = await readPage(looking, from, given.limit)
  const { symbols, next } = await shownOf(looking, page, given)
  const nothing = page.files === 0 && page.exact
  return {
    symbols,
    time_ms: time_ms(),
    indexes,
    ...(nothing ? { empty: await explainEmpty(looking) } : {}),
    ...(next ? { next_cursor: encodePlace(question, next) } : {}),
  }
}

function nodeOf({ query, language }: Static<typeof input>): Node {
  const regex = /^\/(.+)\/$/.exec(query)?.[1]
  if (regex !== undefined) checkRegex(regex, 1)
  const symbol: Node = { kind: 'symbol', pattern: regex === undefined ? { literal: query } : { regex } }
  if (language === undefined) return symbol
  return { kind: 'all', nodes: [symbol, { kind: 'lang', pattern: { literal: language } }] }
}

/** The symbols of as many files as there is room for, exact names first. */
async function shownOf(
  looking: Looking,
  page: Page,
  { limit, kind, query }: Static<typeof input>,
): Promise<{ symbols: SymbolView[]; next?: Place | undefined }> {
  const fits = roomFor()
  const symbols: SymbolView[] = []
  let taken = 0
  for (const { hit } of page.found) {
    if (symbols.length >= limit) break
    const rows = (await symbolsAt(looking.db, looking.owner, hit.file.blob)).filter(
      (row) => (kind === undefined || row.kind === kind) && isMeant(hit, row),
    )
    const views = rows.map((row) => viewOf(hit, row))
    if (!fits(views)) break
    symbols.push(...views.slice(0, 50))
    taken++
  }
  const exact = fold(query)
  const ordered = symbols.toSorted((a, b) => Number(fold(b.name) === exact) - Number(fold(a.name) === exact))
  return { symbols: ordered, next: taken === page.found.length ? page.rest : page.found[taken - 1]?.behind }
}

/** The lines of a hit are those of the definitions that matched. */
const isMeant = ({ lines }: Hit, { line, column }: SymbolRow) =>
  lines.some((match) => match.line === line && match.ranges.some(([, end]) => end >= column))

const viewOf = ({ file }: Hit, row: SymbolRow): SymbolView => ({
  name: row.name,
  kind: row.kind,
  repository: file.place.name,
  path: file.path,
  line: row.line,
  end_line: row.end_line,
  ...(row.container === null ? {} : { container: row.container }),
  ...(row.signature === null ? {} : { signature: row.signature.slice(0, 300) }),
  exported: row.exported,
})
