import type { LocalConnection } from '../../../../core/local-database'
import { type Bounds, queryInstant, queryRange } from '../engine'
import { labelsObject, nameLabel } from '../labels'
import type { Matcher } from '../matcher'
import { parse } from '../parse'
import { badData, PromqlError, type PromqlErrorType } from '../promql-error'
import type { StoredOptions } from '../stored/instrument-series'
import { storedSource } from '../stored/stored-source'

/** A request to the read API, with times in milliseconds. */
export type PromqlRequest = { options: StoredOptions } & (
  | { kind: 'query'; query: string; time: number }
  | { kind: 'query_range'; query: string; start: number; end: number; step: number }
  | { kind: 'series' | 'labels' | 'values'; selectors: string[]; start: number; end: number; label?: string }
)

/** `data` as JSON text, or why there is none. */
export type PromqlAnswer = { data: string } | { errorType: PromqlErrorType; error: string }

/** What one query may cost: Prometheus reads 50 million samples at most. Other readers wait as long as it runs. */
const bounds: Bounds = { points: 50_000_000, time: 10_000 }

/** Answers in the reading thread; its text goes to the client as it is. */
export function answerPromql(db: LocalConnection, request: PromqlRequest): PromqlAnswer {
  try {
    return { data: JSON.stringify(dataOf(db, request)) }
  } catch (error) {
    if (!(error instanceof PromqlError)) throw error
    return { errorType: error.errorType, error: error.message }
  }
}

function dataOf(db: LocalConnection, request: PromqlRequest): unknown {
  const source = storedSource(db, request.options)
  if (request.kind === 'query') return queryInstant(source, request.query, request.time, bounds)
  if (request.kind === 'query_range') return queryRange(source, request.query, request, bounds)
  const { selectors, start, end, label } = request
  const only = request.kind === 'values' ? [label ?? nameLabel] : undefined
  const found = source.series(selectors.length === 0 ? [[]] : selectors.map(matchersIn), start, end, only)
  if (request.kind === 'series') return found.map(labelsObject)
  if (request.kind === 'labels') return sorted(found.flatMap((labels) => [...labels.keys()]))
  return sorted(found.map((labels) => labels.get(label ?? nameLabel) ?? '')).filter((value) => value !== '')
}

const sorted = (texts: string[]) => [...new Set(texts)].toSorted()

function matchersIn(text: string): readonly Matcher[] {
  const expr = parse(text)
  if (expr.kind === 'selector' && expr.range === undefined && expr.offset === 0) return expr.matchers
  throw badData(`invalid parameter "match[]": ${text.slice(0, 100)} is no series selector`)
}
