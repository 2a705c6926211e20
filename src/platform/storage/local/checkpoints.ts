import type { LocalConnection, Procedures } from '../../../core/local-database'

/** Pages of the write-ahead log that are moved into the file together; a writer does it by itself at 1000. */
const pagesTogether = 250

/** What the thread for checkpoints does. Writers go on meanwhile; where one of them is at a checkpoint itself, that one is enough. */
export const checkpointing = (db: LocalConnection): Procedures => ({
  'local.checkpoint'() {
    const { log, checkpointed } = db
      .statement<{ log: number; checkpointed: number }>('pragma wal_checkpoint(noop)')
      .get()!
    if (log - checkpointed > pagesTogether) db.statement('pragma wal_checkpoint(passive)').get()
  },
})
