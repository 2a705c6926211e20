import type { Writer } from '../../../core/storage'
import { type Connection, createConnection } from './connection'
import { isBusy, needsReopening } from './faults'
import { openWriter } from './file'

/** The one connection that writes, and the queue before it. */
export interface Writers {
  /** Runs `work` in one transaction when its turn comes; resolves after the commit has reached the disk. */
  run<T>(work: (tx: Writer, connection: Connection) => Promise<T>): Promise<T>
  /** Runs `work` on the connection outside of any transaction, when its turn comes. */
  alone<T>(work: (connection: Connection) => T): Promise<T>
  waiting(): number
  close(): Promise<void>
}

/** How long a write waits for another process to let go of the file, in milliseconds. */
const patience = 5000

async function begin(connection: Connection): Promise<void> {
  const deadline = Date.now() + patience
  for (let pause = 5; ; pause = Math.min(pause * 2, 100)) {
    try {
      connection.statement('begin immediate').run()
      return
    } catch (error) {
      if (!isBusy(error) || Date.now() > deadline) throw error
      await Bun.sleep(pause)
    }
  }
}

async function transact<T>(
  connection: Connection,
  work: (tx: Writer, connection: Connection) => Promise<T>,
): Promise<T> {
  await begin(connection)
  let open = true
  const tx = connection.writer(() => {
    if (!open) throw new Error('the write is over: await every statement inside of it')
  })
  try {
    const result = await work(tx, connection)
    open = false
    connection.statement('commit').run()
    return result
  } catch (error) {
    open = false
    if (connection.client.inTransaction) connection.statement('rollback').run()
    throw error
  }
}

export function createWriters(path: string): Writers {
  let connection: Connection | undefined
  let tail: Promise<unknown> = Promise.resolve()
  let waiting = 0

  const queue = <T>(work: (connection: Connection) => Promise<T>): Promise<T> => {
    waiting++
    const turn = tail.then(async () => {
      waiting--
      try {
        connection ??= createConnection(openWriter(path))
        return await work(connection)
      } catch (error) {
        if (needsReopening(error)) {
          connection?.close()
          connection = undefined
        }
        throw error
      }
    })
    tail = turn.catch(() => {})
    return turn
  }

  return {
    run: (work) => queue((open) => transact(open, work)),
    alone: (work) => queue(async (open) => work(open)),
    waiting: () => waiting,
    async close() {
      await tail
      connection?.close()
      connection = undefined
    },
  }
}
