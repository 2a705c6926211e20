import { type Static, Type } from '@sinclair/typebox'
import { invalid } from '../../../core/errors'
import { defineOperation } from '../../../core/operation'
import type { Reader } from '../../../core/storage'
import { indexStateView } from '../repositories/repository'
import { explainEmpty, explainNothing } from './answer/explain'
import { roomFor } from './answer/fit'
import { type Output, outputs, resultOf } from './answer/result'
import { emptyView, type ResultView, resultView, totals } from './answer/schema'
import { decodePlace, encodePlace, type Place } from './cursor'
import { byBlob, readBlobs } from './engine/texts'
import { movedSince } from './generations'
import { type Looking, lookFor } from './looking'
import { beginning, type Page, readPage } from './pages'
import { parseQuery, termQuery } from './query/parse'
import type { Query } from './query/query'
import { openScope, type SearchScope } from './scope'

const closed = { additionalProperties: false }

const input = Type.Object(
  {
    term: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 500,
        description:
          'A literal text within one line, blanks and punctuation included; letter case does not count',
      }),
    ),
    query: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 1000,
        description:
          'Instead of term: words (all in one file), "exact phrase", /regex/ (RE2), or, -not, ( ), repo: file:*.ts lang: sym: branch: case:yes',
      }),
    ),
    project: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'Name or id' })),
    repository: Type.Optional(
      Type.String({ minLength: 1, maxLength: 400, description: 'owner/repo, owner/repo@ref or id' }),
    ),
    limit: Type.Integer({ minimum: 1, maximum: 100, default: 20, description: 'Files' }),
    cursor: Type.Optional(Type.String({ maxLength: 8000, description: 'next_cursor of the answer before' })),
    output: Type.Union(
      outputs.map((output) => Type.Literal(output)),
      {
        default: 'compact',
        description: 'paths; compact: matching lines; snippet: with context; full: whole texts',
      },
    ),
    context_lines: Type.Integer({ minimum: 0, maximum: 10, default: 2, description: 'For snippet' }),
  },
  closed,
)

const output = Type.Object(
  {
    results: Type.Array(resultView, { description: 'Best first' }),
    ...totals,
    time_ms: Type.Number(),
    indexes: Type.Array(indexStateView, { description: 'Of which commits the answer speaks; at most 20' }),
    empty: Type.Optional(emptyView),
    next_cursor: Type.Optional(Type.String()),
    note: Type.Optional(Type.String()),
  },
  closed,
)

type Input = Static<typeof input>
type Answer = Static<typeof output>

export const searchCode = defineOperation({
  name: 'search_code',
  title: 'Search code',
  description:
    'Finds text in the indexed repositories, like grep but ranked: definitions of the term first, generated files last. Give term for a literal, or query for words, phrases, regexes and filters. Answers file, line and columns. Use search_symbols for definitions by name, find_usages for who uses a symbol.',
  input,
  output,
  scope: 'code:read',
  hints: { readOnly: true, idempotent: true },
  rest: { method: 'GET', path: '/search', also: [{ method: 'POST', path: '/search' }] },
  examples: [
    {
      title: 'A literal text',
      input: { term: 'createServer(', limit: 10, output: 'compact', context_lines: 2 },
    },
    {
      title: 'A regex in the TypeScript files of one repository, tests left out',
      input: {
        query: '/new \\w+Error\\(/ lang:typescript -file:*.test.ts',
        repository: 'acme/shop',
        limit: 20,
        output: 'snippet',
        context_lines: 3,
      },
    },
  ],
  run: (given, call) => call.read((db) => answer(db, call.principal.id, given as Input)),
})

/** Answers a search: the same on both databases. */
export async function answer(db: Reader, owner: string, given: Input): Promise<Answer> {
  const began = performance.now()
  const query = queryOf(given)
  const scope = await openScope(db, owner, given)
  const { indexes } = scope
  const time_ms = () => Math.round((performance.now() - began) * 10) / 10
  if (!scope.range) {
    const none = { results: [], total_files: 0, total_lines: 0, total_is: 'exact' as const }
    return { ...none, time_ms: time_ms(), indexes, empty: explainNothing(scope) }
  }
  const looking = lookFor(db, owner, query, scope.places, scope.range)
  const question = JSON.stringify([given.term, given.query, given.project, given.repository])
  const from =
    given.cursor === undefined ? beginning(looking) : decodePlace(question, given.cursor, scope.range)
  const page = await readPage(looking, from, given.limit)
  const { results, next } = await shownOf(looking, page, given)
  const empty = page.files === 0 && page.exact && { empty: await explainEmpty(looking) }
  const note = noteOf(scope, from, results.length, next)
  return {
    results,
    total_files: page.files,
    total_lines: page.lines,
    total_is: page.exact ? 'exact' : 'at_least',
    time_ms: time_ms(),
    indexes,
    ...(empty || {}),
    ...(next ? { next_cursor: encodePlace(question, next) } : {}),
    ...(note ? { note } : {}),
  }
}

function queryOf({ term, query }: Input): Query {
  if ((term === undefined) === (query === undefined))
    throw invalid('/query', 'or /term must be given, one of the two')
  return query === undefined ? termQuery(term!) : parseQuery(query)
}

/** As many files as the limit and the answer's size allow, and where to go on. */
async function shownOf(
  looking: Looking,
  page: Page,
  given: Input,
): Promise<{ results: ResultView[]; next?: Place | undefined }> {
  const chosen = page.found.slice(0, given.limit)
  const output = given.output as Output
  const whole = output === 'full' || (output === 'snippet' && given.context_lines > 0)
  const fits = roomFor()
  const results: ResultView[] = []
  for (const { hit } of chosen) {
    const blob = hit.file.blob
    // One at a time: whole texts may be large, and the answer is soon full.
    const pieces = whole ? byBlob(await readBlobs(looking.db, looking.owner, [blob])).get(blob) : undefined
    const text = whole ? (pieces ?? []).map((piece) => piece.text).join('') : undefined
    const result = resultOf(hit, text, {
      output,
      contextLines: given.context_lines,
      ranking: looking.ranking,
    })
    if (!fits(result)) break
    results.push(result)
  }
  const complete = results.length === page.found.length
  return { results, next: complete ? page.rest : page.found[results.length - 1]?.behind }
}

function noteOf({ places }: SearchScope, from: Place, shown: number, next: Place | undefined) {
  const moved = movedSince(from.generations, places)
  if (moved !== undefined)
    return `${moved} was indexed again since the first page: changed files may come up once more.`
  return shown === 0 && next
    ? 'Nothing matched so far; there is more to search: go on with next_cursor.'
    : undefined
}
