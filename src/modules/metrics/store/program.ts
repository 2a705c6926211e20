import type { LocalProgram, LogPosition } from '../../../core/local-database'
import { databaseReading } from '../admin/database'
import { measureOverview, type Question } from '../dashboard/measure'
import { exportProcedures } from '../export/procedures'
import { predecessorKeys } from '../keys/predecessor-keys'
import { promqlProcedures } from '../promql/api/procedures'
import { queryProcedures } from '../query/procedures'
import { retentionReading, retentionWriting } from '../retention/procedures'
import { rollupsWait } from '../rollups/live-rollups'
import { rollupProcedures } from '../rollups/procedures'
import { toolProcedures } from '../tools/procedures'
import { adoptFile } from '../transfer/adopt'
import { moveSome } from '../transfer/move-rows'
import { usageProcedures } from '../usage/procedures'
import { createApply, progress } from './apply'
import { followers } from './followers'
import { createStoring } from './storing'

/** What the threads are told at their start. */
export interface StoreOptions {
  /** Folder of the log. */
  log: string
}

/** What runs in the threads of metrics.db. Each part brings its procedures in a line here. */
export const metricsProgram: LocalProgram<StoreOptions> = {
  adopt: adoptFile,
  writing(db, thread) {
    const storing = createStoring(
      db,
      followers.map((create) => create(db)),
    )
    const apply = createApply(db, thread, thread.options.log, storing)
    return {
      apply: (until: LogPosition) => apply(until),
      settle: () => storing.settle(),
      ...retentionWriting(db, storing.forgetSeries),
      progress: () => progress(db),
      movePredecessor: (now: number) => moveSome(db, now, storing.run),
      ...rollupProcedures(db),
      ...usageProcedures(db),
    }
  },
  reading: (db, thread) => ({
    ...retentionReading(db),
    rollupsWait: () => rollupsWait(db),
    ...databaseReading(db, thread.sizeOf),
    predecessorKeys: () => predecessorKeys(db),
    measureOverview: (question: Question) => measureOverview(db, question),
    findIdempotencyKeys: (keys: string[]) =>
      db
        .statement<{ key: string }>(
          'select key from idempotency_keys where key in (select value from json_each(?))',
        )
        .all(JSON.stringify(keys))
        .map(({ key }) => key),
    ...queryProcedures(db),
    ...toolProcedures(db),
    ...promqlProcedures(db),
    ...exportProcedures(db),
  }),
}
