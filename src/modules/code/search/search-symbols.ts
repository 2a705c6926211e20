import { type Static, Type } from '@sinclair/typebox'
import { invalid } from '../../../core/errors'
import { defineOperation } from '../../../core/operation'
import type { Reader } from '../../../core/storage'
import type { SymbolFact } from '../parsing/facts'
import { indexStateView } from '../repositories/repository'
import { explainEmpty, explainNothing } from './answer/explain'
import { roomFor } from './answer/fit'
import { emptyView } from './answer/schema'
import { decodePlace, encodePlace, type Place } from './cursor'
import type { ChunkRange } from './engine/engine'
import { symbolsAt } from './engine/symbol-rows'
import { fold } from './fold'
import type { Hit } from './hit'
import { type Looking, lookFor } from './looking'
import { languageFault } from './match/language'
import { containing } from './match/names'
import { beginning, type Page, readPage } from './pages'
import { isWithin, readQualified } from './qualified'
import type { Node, Pattern } from './query/query'
import { checkRegex } from './regex/compile'
import { openScope } from './scope'

const closed = { additionalProperties: false }

const input = Type.Object(
  {
    query: Type.String({
      minLength: 1,
      maxLength: 200,
      description:
        'A name or a part of one, letter case aside; with what it is in: Money.add, geo::Vec, pkg.util.helper; or /regex/ (RE2) of names',
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
    understood: Type.Optional(
      Type.Object(
        { name: Type.String(), within: Type.Array(Type.String()) },
        {
          ...closed,
          description: 'How a qualified name was read: the name, and what it must be in, outermost first',
        },
      ),
    ),
    time_ms: Type.Number(),
    indexes: Type.Array(indexStateView),
    empty: Type.Optional(emptyView),
    next_cursor: Type.Optional(Type.String()),
    note: Type.Optional(Type.String({ description: 'What the answer leaves open' })),
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
  const start =
    given.cursor === undefined ? { place: beginning(looking) } : startOf(question, given.cursor, scope.range)
  const gathered = await gather(looking, start, given)
  const { symbols, next } = gathered
  const empty = symbols.length > 0 || next ? undefined : await emptyOf(looking, gathered, given)
  const understood = readQualified(given.query)
  const exact = fold(understood?.name ?? given.query)
  return {
    symbols: symbols.toSorted((a, b) => Number(fold(b.name) === exact) - Number(fold(a.name) === exact)),
    ...(understood ? { understood: { name: understood.name, within: [...understood.within] } } : {}),
    time_ms: time_ms(),
    indexes,
    ...(empty ? { empty } : {}),
    ...(next ? { next_cursor: cursorOf(question, next) } : {}),
    ...(symbols.length === 0 && next ? { note: nothingSoFar } : {}),
  }
}

const nothingSoFar = 'None so far; there is more to search: go on with next_cursor.'

/** Where a page begins: behind `skip` symbols of the file that comes next, if it still is that one. */
interface Start {
  place: Place
  file?: number
  skip?: number
}

const cursorOf = (question: string, { place, file, skip }: Start) =>
  encodePlace(question, place) + (skip ? `.${file}.${skip}` : '')

function startOf(question: string, cursor: string, range: ChunkRange): Start {
  const [, place = '', file, skip] = /^([^.]*)(?:\.(\d{1,15})\.(\d{1,9}))?$/.exec(cursor) ?? []
  const start = { place: decodePlace(question, place, range) }
  return skip === undefined ? start : { ...start, file: Number(file), skip: Number(skip) }
}

/** What a page gathers. */
interface Gathered {
  symbols: SymbolView[]
  fits: ReturnType<typeof roomFor>
  /** What has such a name, but is of another kind or in something else. */
  kinds: Set<string>
  places: Set<string>
}

const mostPlaces = 50

/** Pages that are gone through while what they define is of other kinds, or in something else. */
const mostPages = 5

/** Symbols up to the limit, and where to go on: where another one is, or, after so many pages, may be. */
async function gather(looking: Looking, start: Start, given: Static<typeof input>) {
  const gathered: Gathered = { symbols: [], fits: roomFor(), kinds: new Set(), places: new Set() }
  const filtered = given.kind !== undefined || readQualified(given.query) !== undefined
  for (let pages = 1, from = start; ; pages++) {
    const page = await readPage(looking, from.place, given.limit)
    const next = await addShown(looking, page, from, given, gathered)
    const goesOn = next && next.skip === undefined && (filtered || gathered.symbols.length === 0)
    if (!goesOn || pages >= mostPages) return { ...gathered, next, files: page.files }
    from = next
  }
}

async function emptyOf(
  looking: Looking,
  { files, kinds, places }: Awaited<ReturnType<typeof gather>>,
  { query, kind, cursor }: Static<typeof input>,
) {
  if (files === 0) return explainEmpty(looking)
  if (cursor !== undefined) return undefined
  const within = readQualified(query)?.within.join('.')
  if (within !== undefined && kinds.size === 0)
    return {
      reason: `Such names are defined, but none within ${within}: there is ${[...places].sort().slice(0, 10).join(', ')}.`,
      nearest: [...places].sort().slice(0, 5),
    }
  if (kind === undefined) return undefined
  const known = [...kinds].sort().slice(0, 10).join(', ')
  return { reason: `Such names are defined, but none is a ${kind}: there are ${known}.`, nearest: [] }
}

function patternOf(query: string): Pattern {
  const regex = /^\/(.+)\/$/.exec(query)?.[1]
  return regex === undefined ? { literal: readQualified(query)?.name ?? query } : { regex }
}

function nodeOf({ query, language }: Static<typeof input>): Node {
  const pattern = patternOf(query)
  if ('regex' in pattern) checkRegex(pattern.regex, 1)
  const symbol: Node = { kind: 'symbol', pattern }
  if (language === undefined) return symbol
  const fault = languageFault(language)
  if (fault) throw invalid('/language', fault)
  return { kind: 'all', nodes: [symbol, { kind: 'lang', pattern: { literal: language } }] }
}

/** Adds as many symbols as the limit and the answer's size allow; returns where to go on: in the middle of a file, too. */
async function addShown(
  looking: Looking,
  page: Page,
  from: Start,
  { limit, kind, query }: Static<typeof input>,
  { symbols, fits, kinds, places }: Gathered,
): Promise<Start | undefined> {
  const qualified = readQualified(query)
  const isMeant = containing(patternOf(query), false)
  for (const [index, { hit }] of page.found.entries()) {
    const { path, place, file, blob } = hit.file
    const named = (await symbolsAt(looking.db, looking.owner, blob)).filter(({ name }) => isMeant(name))
    for (const { container, name } of named)
      if (places.size < mostPlaces) places.add(container === undefined ? name : `${container}.${name}`)
    const meant = named.filter(
      (row) => !qualified || isWithin(qualified, { ...row, path, repository: place.name }),
    )
    for (const row of meant) kinds.add(row.kind)
    const rows = meant.filter((row) => kind === undefined || row.kind === kind)
    let skip = index === 0 && from.file === file ? (from.skip ?? 0) : 0
    for (const row of rows.slice(skip)) {
      const view = viewOf(hit, row)
      if (symbols.length >= limit || !fits(view)) break
      symbols.push(view)
      skip++
    }
    if (skip < rows.length) return { place: page.found[index - 1]?.behind ?? from.place, file, skip }
  }
  return page.rest && { place: page.rest }
}

const viewOf = ({ file }: Hit, row: SymbolFact): SymbolView => ({
  name: row.name,
  kind: row.kind,
  repository: file.place.name,
  path: file.path,
  line: row.line,
  end_line: row.endLine,
  ...(row.container === undefined ? {} : { container: row.container }),
  ...(row.signature === undefined ? {} : { signature: row.signature.slice(0, 300) }),
  exported: row.exported,
})
