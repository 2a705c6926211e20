import type { LocalConnection, Procedures } from '../../../core/local-database'
import { listPolicies, type Policy, updatePolicy } from './policies'
import { previewTables } from './preview'
import { hide, type Progress, purgeRest, purgeSamples, purgeTable, shrink } from './purge'

/** What the writing thread does for retention; `forgetSeries` is told when rows of `series` may be gone. */
export const retentionWriting = (db: LocalConnection, forgetSeries: () => void): Procedures => ({
  updatePolicy: (policy: Policy) => updatePolicy(db, policy),
  hide: (input: { table: string; before: number }) => hide(db, input),
  purgeSamples(progress: Progress) {
    forgetSeries()
    return purgeSamples(db, progress)
  },
  purgeTable: (input: { table: string; before: number }) => purgeTable(db, input),
  purgeRest: (input: { before: number; now: number }) => purgeRest(db, input),
  shrink: () => shrink(db),
  noteCleanup: (endedAt: number) =>
    void db
      .statement(
        'insert into retention_runs values (1, ?) on conflict (one) do update set ended_at = excluded.ended_at',
      )
      .run(endedAt),
})

/** What the reading thread does for it. */
export const retentionReading = (db: LocalConnection): Procedures => ({
  policies: (rawDays: number) => listPolicies(db, rawDays),
  preview: (input: { table?: string; now: number; rawDays: number }) => previewTables(db, input),
  lastCleanup: () =>
    db.statement<{ ended_at: number }>('select ended_at from retention_runs').get()?.ended_at ?? null,
})
