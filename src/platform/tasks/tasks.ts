import type { Members, TaskRow } from './tables'

/** Calls that outlive their request: durable rows of their owner, run here and taken up by another process when this one dies. */
export interface Tasks {
  /** False when the owner has too many that are not over: one more would not be started. */
  hasRoom(owner: string): Promise<boolean>
  /** Begins to run; the row is durable when this resolves. Undefined when the owner has too many that are not over. */
  start(task: Beginning): Promise<TaskRow | undefined>
  /** As the row stands now; a stranger's is as unknown as one that never was. */
  get(owner: string, id: string): Promise<TaskRow | undefined>
  /** False for an id that is unknown to the owner; a task that is over stays as it is. */
  cancel(owner: string, id: string): Promise<boolean>
  /** False for an id that is unknown to the owner; answers that nothing asked for are left out. */
  answer(owner: string, id: string, answers: Members): Promise<boolean>
  /** Forgets a task whose result was handed over otherwise. */
  remove(owner: string, id: string): Promise<void>
  /** Forgets all of the owner's tasks that are over, with what they were called with and answered. */
  forget(owner: string): Promise<void>
  /** Waits until a task of this process is over or asks something, at most so long; gives the row as it is then. */
  settled(row: TaskRow, waitMs: number): Promise<TaskRow>
  /** Tells of every change of a task of this process' running to its owner; gives what ends it. */
  watch(listener: (owner: string, id: string) => void): () => void
  /** Sets who runs tools, and takes up what was left by others. */
  serve(run: RunTask): void
  removeExpired(): Promise<void>
  /** Stops what runs here and leaves it to others. */
  close(): Promise<void>
}

export type Beginning = Pick<TaskRow, 'owner' | 'tool' | 'input' | 'caller'>

/** How a task ended: with the tool's result (also one that tells of a failure), or with an error of the protocol. */
export type Ending = { status: 'completed'; result: Members } | { status: 'failed'; error: Members }

/** Runs a tool to its end. It may be called again for the same task when a process died; questions are then answered as before. */
export type RunTask = (run: TaskRun) => Promise<Ending>

/** The server's side of one run. */
export interface TaskRun {
  readonly row: TaskRow
  /** Aborted when the task is cancelled, expires, or is another process' now. */
  readonly signal: AbortSignal
  /** Tells how far it is, in words. */
  progress(message: string): void
  /** Puts questions to the client and waits for all answers. Keys name one question each for the whole task. */
  ask(questions: Members): Promise<Members>
}
