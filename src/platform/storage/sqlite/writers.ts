import { AppError } from '../../../core/errors'
import type { Writer } from '../../../core/storage'
import type { Turn as FileTurn, Turns } from '../storage'
import { createCheckpoints } from './checkpoints'
import { type Connection, createConnection } from './connection'
import { closedError, isBusy, needsReopening } from './faults'
import { openWriter } from './file'

/** The one connection that writes, and the queue before it. */
export interface Writers {
  /**
   * Runs `work` in a transaction when its turn comes; resolves after it has reached the disk. Writes that wait at the same
   * moment share one commit, each behind a savepoint of its own.
   */
  run<T>(work: (tx: Writer, connection: Connection) => Promise<T>): Promise<T>
  /** Runs `work` on the connection outside of any transaction, when its turn comes. */
  alone<T>(work: (connection: Connection) => T): Promise<T>
  /** Leaves the file to another thread from its turn in the queue until that one ends it. */
  readonly lending: Turns
  waiting(): number
  close(): Promise<void>
}

/** What waits in the queue; neither function throws. */
interface Turn {
  /** Does the work; returns how to tell the outcome once it is on disk. */
  start(connection: Connection): Promise<() => void>
  fail(error: unknown): void
  /** Outside of a transaction. */
  alone: boolean
}

/** How long a write waits for another process to let go of the file, in milliseconds. */
const patience = 5000
/** A commit is shared by at most so many writes, and none is started after so many milliseconds. */
const mostShared = 200
const shareTime = 4

/** `turns` are given out by whoever else in this process writes to the file. */
export function createWriters(path: string, fileTurns?: Turns): Writers {
  const turns: Turn[] = []
  let connection: Connection | undefined
  let running: Promise<void> | undefined
  let closed = false
  const waiting = new Int32Array(new SharedArrayBuffer(4))
  const checkpoints = createCheckpoints()

  const reopenAfter = (error: unknown) => {
    if (!needsReopening(error)) return
    connection?.close()
    connection = undefined
  }
  const drain = async () => {
    while (turns.length > 0) {
      // What else becomes ready in this turn of the event loop shares the commit.
      await new Promise((resolve) => setImmediate(resolve))
      let mine: FileTurn | undefined
      try {
        mine = await fileTurns?.take()
        connection ??= createConnection(openWriter(path, fileTurns ? 'normal' : 'full'))
        await commitGroup(connection, turns)
      } catch (error) {
        turns.shift()?.fail(error)
        reopenAfter(error)
      } finally {
        mine?.end()
        if (mine && connection) checkpoints.after(connection)
      }
    }
    running = undefined
  }
  const add = <T>(alone: boolean, work: (connection: Connection) => Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      if (closed) throw closedError()
      turns.push(
        createTurn(alone, work, resolve, (error) => {
          reopenAfter(error)
          reject(error)
        }),
      )
      Atomics.store(waiting, 0, turns.length)
      running ??= drain()
    })
  const lend = (): Promise<FileTurn> =>
    new Promise((resolve, reject) => {
      const give = (end: () => void) => {
        checkpoints.leaveToOthers(connection!)
        Atomics.store(waiting, 0, turns.length)
        resolve({ end })
      }
      add(true, () => new Promise<void>(give)).catch(reject)
    })
  return {
    run: (work) => add(false, (open) => withinSavepoint(open, work)),
    alone: (work) => add(true, async (open) => work(open)),
    lending: { take: lend, waiting },
    waiting: () => turns.length,
    async close() {
      closed = true
      await running
      checkpoints.stop()
      connection?.close()
      connection = undefined
    },
  }
}

/** The work runs in the context of whoever asked for it, not of whoever happened to start the queue. */
function createTurn<T>(
  alone: boolean,
  work: (connection: Connection) => Promise<T>,
  resolve: (value: T) => void,
  fail: (error: unknown) => void,
): Turn {
  let go: (connection: Connection) => void = () => {}
  const done = new Promise<Connection>((begin) => {
    go = begin
  })
    .then(work)
    .then(
      (value) => () => resolve(value),
      (error: unknown) => () => fail(error),
    )
  return {
    alone,
    fail,
    start(connection) {
      go(connection)
      return done
    },
  }
}

/** Takes turns off the queue and tells their outcomes. Throws when not even the first could be started. */
async function commitGroup(connection: Connection, turns: Turn[]): Promise<void> {
  if (turns[0]!.alone) {
    const tell = await turns.shift()!.start(connection)
    return tell()
  }
  await begin(connection)
  const group: { turn: Turn; tell: () => void }[] = []
  const deadline = performance.now() + shareTime
  while (turns[0] && !turns[0].alone && connection.client.inTransaction) {
    const turn = turns.shift()!
    group.push({ turn, tell: await turn.start(connection) })
    if (group.length === mostShared || performance.now() > deadline) break
  }
  finishGroup(connection, group)
}

function finishGroup(connection: Connection, group: { turn: Turn; tell: () => void }[]): void {
  // The last one's failure (a full disk) has undone the others as well.
  if (!connection.client.inTransaction) {
    group.pop()?.tell()
    for (const { turn } of group) turn.fail(undone())
    return
  }
  try {
    connection.statement('commit').run()
  } catch (error) {
    rollBack(connection)
    for (const { turn } of group) turn.fail(error)
    return
  }
  for (const { tell } of group) tell()
}

/** On a broken disk this fails as well; what is not committed is void all the same. */
function rollBack(connection: Connection): void {
  try {
    if (connection.client.inTransaction) connection.statement('rollback').run()
  } catch {}
}

const undone = () =>
  new AppError('unavailable', 'The database could not be written: try again', {
    code: 'database_unavailable',
    retryAfter: 1,
  })

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

async function withinSavepoint<T>(
  connection: Connection,
  work: (tx: Writer, connection: Connection) => Promise<T>,
): Promise<T> {
  let open = true
  const tx = connection.writer(() => {
    if (!open) throw new Error('the write is over: await every statement inside of it')
  })
  connection.statement('savepoint turn').run()
  try {
    const result = await work(tx, connection)
    open = false
    connection.statement('release turn').run()
    return result
  } catch (error) {
    open = false
    // A full disk and the like have undone the whole transaction already.
    if (connection.client.inTransaction) {
      connection.statement('rollback to turn').run()
      connection.statement('release turn').run()
    }
    throw error
  }
}
