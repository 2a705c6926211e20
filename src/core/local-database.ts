/** What SQLite binds; booleans are 1 and 0. */
export type LocalValue = string | number | bigint | boolean | null | Uint8Array

/** A compiled statement of a local database; kept for as long as the database is open. */
export interface LocalStatement<T = Record<string, unknown>> {
  all(...values: LocalValue[]): T[]
  get(...values: LocalValue[]): T | null
  /** Rows as arrays, in the order of the columns. */
  values(...values: LocalValue[]): unknown[][]
  /** Rows as they are stepped to: for what is too much to hold. */
  iterate(...values: LocalValue[]): IterableIterator<T>
  run(...values: LocalValue[]): { changes: number; lastId: number }
  /** The same with the values as they stand in an array. */
  runWith(values: LocalValue[]): { changes: number; lastId: number }
}

/** A local SQLite file inside of one of its threads: everything is synchronous. The reading thread's connection refuses to write. */
export interface LocalConnection {
  readonly path: string
  /** The compiled statement for this text, compiled once. */
  statement<T = Record<string, unknown>>(sql: string): LocalStatement<T>
  /** Runs a script of several statements without parameters. */
  script(sql: string): void
  /** One transaction; `work` may not wait. A throw takes all of it back. Inside of another it is part of that one. */
  transaction<T>(work: () => T): T
  /**
   * Says that the call does so much beside reading rows, in what reading as many rows would cost. Where a call has done too much for the thread
   * that took it, this, like the statements, throws what may not be caught: it is begun again in another.
   */
  spend(rows: number): void
  /** Says that about so many rows will be read: where that is too much for the thread, it throws so now and not after half of them. */
  expect(rows: number): void
}

/** Where a record of an append-only log ends. Segments are numbered from 1. */
export interface LogPosition {
  segment: number
  offset: number
}

/** What a thread of a local database is given beside its connection. */
export interface LocalThread<O> {
  /** What `openLocal` was given. */
  readonly options: O
  /**
   * Records of the log in `folder` from `from` on, in order; ends at `until`, else at the last record that is whole. Null stands for a record that is damaged
   * while others behind it are whole. The bytes of a record are good until the next is asked for.
   */
  readLog(
    folder: string,
    from: LogPosition,
    until?: LogPosition,
  ): Iterable<{ record: Uint8Array | null; next: LogPosition }>
  /** Bytes of a file beside the database, e.g. `-wal`; of the database itself for ''. 0 where there is none. */
  sizeOf(suffix: string): number
  /** Sends something to whoever listens with `onEvent`. */
  emit(event: unknown): void
}

/** Work by name that runs inside of a thread; input and answer are copied between the threads. */
// biome-ignore lint/suspicious/noExplicitAny: each procedure knows its own input; the caller states it at the call
export type Procedures = Record<string, (input: any) => unknown>

/** One step of a local file's schema; ids sort in the order of the steps. */
export interface LocalStep {
  id: string
  name: string
  up: string
}

/** What runs in the threads of a local database: one writes, the others read. */
export interface LocalProgram<O = unknown> {
  /** Runs before the steps, on a file that may be another program's. */
  adopt?(db: LocalConnection): void
  /** Called once when the file is open and at its schema, and again after the file had to be opened anew. */
  writing(db: LocalConnection, thread: LocalThread<O>): Procedures
  reading(db: LocalConnection, thread: LocalThread<O>): Procedures
}

/**
 * A SQLite file of this machine, seen from the main thread. Opened at its first use; where it cannot be opened or written every call throws
 * `unavailable` and the next one tries again.
 */
export interface LocalDatabase {
  readonly path: string
  /** Whether there is a file already. */
  exists(): boolean
  /** Calls a procedure of the writing thread. They run one after the other, each to its end. */
  write<T>(procedure: string, input?: unknown): Promise<T>
  /**
   * Calls a procedure of a reading thread. It is begun in the one that all share, short calls one after the other; what turns out to be long begins again in
   * one for long calls, of which few run at a time. `urgent` waits for neither: such calls have a thread of their own, and must be quick. Throws `unavailable` when
   * too many long ones wait.
   */
  read<T>(procedure: string, input?: unknown, options?: { urgent?: boolean }): Promise<T>
  /** Rows of a select, from a reading thread. */
  rows<T>(sql: string, values?: LocalValue[]): Promise<T[]>
  /** For who writes much in small transactions that do not wait for the disk. */
  openCheckpoints(): Checkpoints
  onEvent(listener: (event: unknown) => void): void
  /** Lets what was called end, then closes the file. */
  close(): Promise<void>
}

/** Moves what was written from the write-ahead log into the file, in a thread of its own: whoever writes or reads goes on while the disk works. */
export interface Checkpoints {
  /** Resolves when little is left in the log. */
  move(): Promise<void>
  close(): Promise<void>
}

/**
 * Records on disk, in order, in segments. `append` resolves once the record is on disk; those that come while the disk is busy share the
 * next write. Throws `unavailable` when the disk refuses; a later append tries anew, and nothing of what was refused stays.
 */
export interface AppendLog {
  readonly folder: string
  /**
   * `encode` is called when the record's turn has come, with the number of the segment that it goes to, once and in the order of the records. Once one
   * of a segment was refused no later one goes to that segment, so a record may rest on all that were encoded for its segment before. A record that is made
   * in what `room` gives, for at most so many bytes and from its start on, is not copied again.
   */
  append(encode: (segment: number, room: (most: number) => Uint8Array) => Uint8Array): Promise<LogPosition>
  /** End of what is on disk; before the first record of this process, the end of what an earlier one has left. */
  position(): LogPosition
  /** New segments get higher numbers than this one. */
  skip(segment: number): void
  /** Bytes on disk after `from`. */
  bytesAfter(from: LogPosition): number
  /** Everything before is kept elsewhere: whole segments are deleted. */
  release(before: LogPosition): void
  close(): Promise<void>
}
