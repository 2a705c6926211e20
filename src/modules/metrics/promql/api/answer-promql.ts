import type { LocalConnection } from '../../../../core/local-database'
import { type Bounds, queryInstant, queryRange } from '../engine'
import { labelsObject, nameLabel } from '../labels'
import type { Matcher } from '../matcher'
import { parse } from '../parse'
import { badData, PromqlError, type PromqlErrorType } from '../promql-error'
import type { QueryData } from '../result'
import type { StoredOptions } from '../stored/instrument-series'
import { storedSource } from '../stored/stored-source'

/** A request to the read API, with times in milliseconds. */
export type PromqlRequest = { options: StoredOptions } & (
  | { kind: 'query'; query: string; time: number }
  | { kind: 'query_range'; query: string; start: number; end: number; step: number }
  | {
      kind: 'series' | 'labels' | 'values'
      selectors: string[]
      start: number
      end: number
      limit: number | undefined
      label?: string
    }
)

/** `data` as JSON text, or why there is none. */
export type PromqlAnswer =
  | { data: string; warnings?: string[] }
  | { errorType: PromqlErrorType; error: string }

/** What one query may cost. */
const bounds: Bounds = { points: 20_000_000, time: 10_000, answer: 1_000_000 }

/** Points that cost about what reading a row does. */
const pointsOfRow = 100

/** Selectors of one request. */
const mostSelectors = 64

/** Answers in the reading thread; its text goes to the client as it is. */
export function answerPromql(db: LocalConnection, request: PromqlRequest): PromqlAnswer {
  try {
    if (request.kind === 'query' || request.kind === 'query_range')
      return { data: JSON.stringify(queried(db, request)) }
    const found = listed(db, request)
    const { limit = found.length } = request
    const data = JSON.stringify(found.slice(0, limit))
    return found.length > limit ? { data, warnings: ['results truncated due to limit'] } : { data }
  } catch (error) {
    if (!(error instanceof PromqlError)) throw error
    return { errorType: error.errorType, error: error.message }
  }
}

function queried(db: LocalConnection, request: Extract<PromqlRequest, { query: string }>): QueryData {
  const source = storedSource(db, request.options)
  const within = { ...bounds, tell: (points: number) => db.spend(points / pointsOfRow) }
  return request.kind === 'query'
    ? queryInstant(source, request.query, request.time, within)
    : queryRange(source, request.query, request, within)
}

function listed(
  db: LocalConnection,
  {
    kind,
    selectors,
    start,
    end,
    label = nameLabel,
    options,
  }: Extract<PromqlRequest, { selectors: string[] }>,
): unknown[] {
  if (selectors.length > mostSelectors) throw badData(`more than ${mostSelectors} match[] parameters`)
  const source = storedSource(db, options)
  const only = kind === 'values' ? [label] : undefined
  const found = source.series(selectors.length === 0 ? [[]] : selectors.map(matchersIn), start, end, only)
  if (kind === 'series') return found.map(labelsObject)
  if (kind === 'labels') return sorted(found.flatMap((labels) => [...labels.keys()]))
  return sorted(found.map((labels) => labels.get(label) ?? '')).filter((value) => value !== '')
}

const sorted = (texts: string[]) => [...new Set(texts)].toSorted()

function matchersIn(text: string): readonly Matcher[] {
  const expr = parse(text)
  const isPlain = expr.kind === 'selector' && expr.range === undefined && expr.offset === 0
  if (isPlain && expr.at === undefined) return expr.matchers
  throw badData(`invalid parameter "match[]": ${text.slice(0, 100)} is no series selector`)
}
