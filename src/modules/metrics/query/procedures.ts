import type { LocalConnection, Procedures } from '../../../core/local-database'
import { answerQuery, type Query } from './answer-query'
import { listRaw } from './list-raw'
import { listCustom, listDimensions, listSent } from './listings'
import type { Period } from './period'

/** What the reading thread answers about stored metrics. */
export const queryProcedures = (db: LocalConnection): Procedures => ({
  queryMetrics: (query: Query) => answerQuery(db, query),
  listRaw: (input: Parameters<typeof listRaw>[1]) => listRaw(db, input),
  listSent: (period: Period) => listSent(db, period),
  listCustom: (period: Period) => listCustom(db, period),
  listDimensions: (input: Parameters<typeof listDimensions>[1]) => listDimensions(db, input),
})
