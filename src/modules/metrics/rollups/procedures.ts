import type { LocalConnection, Procedures } from '../../../core/local-database'
import { beginRebuild, stepRebuild } from './rebuild'
import { removeRollups } from './remove'

/** What the writing thread does for rollups. */
export const rollupProcedures = (db: LocalConnection): Procedures => ({
  beginRebuild: (options: { restart?: boolean }) => beginRebuild(db, options),
  stepRebuild: () => stepRebuild(db),
  removeRollups: (input: Parameters<typeof removeRollups>[1]) => removeRollups(db, input),
})
