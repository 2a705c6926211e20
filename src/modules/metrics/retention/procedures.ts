import type { LocalConnection, Procedures } from '../../../core/local-database'
import { listPolicies, type Policy, updatePolicy } from './policies'
import { countOld, previewTables } from './preview'
import { type PurgeInput, purgeOf } from './purge'
import { hide } from './purge-samples'
import { createSlices } from './slices'

/** What the writing thread does for retention; `forgetSeries` is told when rows of `series` may be gone. */
export function retentionWriting(db: LocalConnection, forgetSeries: () => void): Procedures {
  const slice = createSlices(db)
  return {
    updatePolicy: (policy: Policy) => updatePolicy(db, policy),
    hide: (input: { table: string; before: number }) => hide(db, input),
    purge(input: PurgeInput) {
      if (input.of === 'series') forgetSeries()
      return slice(input.of, purgeOf(db, input), input.from)
    },
    noteCleanup: (endedAt: number) =>
      void db
        .statement(
          'insert into retention_runs values (1, ?) on conflict (one) do update set ended_at = excluded.ended_at',
        )
        .run(endedAt),
  }
}

/** What the reading thread does for it. */
export const retentionReading = (db: LocalConnection): Procedures => ({
  policies: (rawDays: number) => listPolicies(db, rawDays),
  preview: (input: { table?: string; now: number; rawDays: number }) => previewTables(db, input),
  countOld: (input: { table: string; before: number }) => countOld(db, input),
  lastCleanup: () =>
    db.statement<{ ended_at: number }>('select ended_at from retention_runs').get()?.ended_at ?? null,
})
