import type { Connection } from './connection'

/** Who moves what is committed from the log into the file, when several threads write. */
export interface Checkpoints {
  /** Called by a thread that was lent the file, after its turn: moves what there is once a second, while others may write. */
  after(connection: Connection): void
  /** Called by the thread that lends: for a while its own commits do not stop to move what the other one has written. */
  leaveToOthers(connection: Connection): void
  stop(): void
}

const every = 1000
/** Pages of the log at which a commit moves them: SQLite's own default, and while another thread does that, what it can never fall behind by. */
const [usual, patient] = [1000, 50_000]

const setLimit = ({ client }: Connection, pages: number) =>
  void client.run(`pragma wal_autocheckpoint = ${pages}`)

export function createCheckpoints(): Checkpoints {
  const known = new WeakSet<Connection>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let last = performance.now()

  const later = (milliseconds: number, work: () => void) => {
    clearTimeout(timer)
    timer = setTimeout(work, milliseconds)
    timer.unref()
  }
  const move = (connection: Connection) => {
    last = performance.now()
    // A reader or another checkpoint in the way is no fault: the next one gets further.
    connection.statement('pragma wal_checkpoint(passive)').all()
  }
  return {
    after(connection) {
      if (!known.has(connection)) {
        known.add(connection)
        setLimit(connection, patient)
      }
      if (performance.now() - last > every) move(connection)
      later(every, () => move(connection))
    },
    leaveToOthers(connection) {
      if (!known.has(connection)) setLimit(connection, patient)
      known.add(connection)
      later(every * 5, () => {
        known.delete(connection)
        setLimit(connection, usual)
      })
    },
    stop: () => clearTimeout(timer),
  }
}
