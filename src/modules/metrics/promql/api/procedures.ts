import type { LocalConnection, Procedures } from '../../../../core/local-database'
import { answerPromql, type PromqlRequest } from './answer-promql'

/** PromQL runs in the reading thread: a long query holds up no request but other readers. */
export const promqlProcedures = (db: LocalConnection): Procedures => ({
  promql: (request: PromqlRequest) => answerPromql(db, request),
})
