import type { LocalConnection, Procedures } from '../../../core/local-database'
import { beginRebuild, stepRebuild } from './rebuild'

/** What the writing thread does for rollups. */
export const rollupProcedures = (db: LocalConnection): Procedures => ({
  beginRebuild: (options: { restart?: boolean }) => beginRebuild(db, options),
  stepRebuild: () => stepRebuild(db),
})
