import type { LocalConnection } from '../../../core/local-database'

/** Where a purge goes on. */
export type Place = readonly (number | string)[]

/** What a statement, or a slice of them, has done; `next` is null when there is no more to do. */
export interface Purged {
  deleted: number
  next: Place | null
}

/** Looks at about so many rows from a place on (null: the first) and deletes those that are to go. */
export type Step = (rows: number, from: Place | null) => Purged

/** Does some steps in one transaction. Their sizes are learned by `kind`, from one slice to the next. */
export type Slices = (kind: string, step: Step, from: Place | null) => Purged

/** Milliseconds that the steps of a slice may take; what waits for the writing thread waits for them. */
const sliceMs = 5
/** Milliseconds that one step is meant to take, */
const stepMs = 1
/** and a whole slice with what its transaction takes to end; where it took longer the next is shorter. */
const wholeMs = 10
const leastRows = 16
const mostRows = 10_000

interface Size {
  rows: number
  /** Milliseconds for the steps. */
  room: number
}

/**
 * Makes slices that end by the time they have taken, so that none is long on whatever machine: a step that took long makes the next ones shorter at once, one
 * that was short a little longer, and no step is begun that would not fit any more.
 */
export function createSlices(db: LocalConnection, now = () => performance.now()): Slices {
  const sizes = new Map<string, Size>()
  return (kind, step, from) => {
    const size = sizes.get(kind) ?? { rows: leastRows, room: sliceMs }
    sizes.set(kind, size)
    const started = now()
    const purged = unsynced(db, () => runSteps(step, from, size, now))
    const took = now() - started
    size.room = nextRoom(size.room, took)
    return purged
  }
}

/** A transaction that does not wait for the disk, neither at its end nor for a checkpoint: what a loss of power brings back is deleted the next day. */
function unsynced<T>(db: LocalConnection, work: () => T): T {
  db.script('pragma synchronous = normal; pragma wal_autocheckpoint = 0')
  try {
    return db.transaction(work)
  } finally {
    db.script('pragma synchronous = full; pragma wal_autocheckpoint = 1000')
  }
}

function runSteps(step: Step, from: Place | null, size: Size, now: () => number): Purged {
  const ends = now() + size.room
  let deleted = 0
  let place = from
  for (;;) {
    const started = now()
    const done = step(size.rows, place)
    deleted += done.deleted
    place = done.next
    const took = now() - started
    size.rows = nextRows(size.rows, took)
    if (place === null || now() + took > ends) return { deleted, next: place }
  }
}

const nextRoom = (room: number, took: number): number =>
  took > wholeMs ? Math.max(1, (room * wholeMs) / took / 2) : Math.min(sliceMs, room * 1.2)

const nextRows = (rows: number, took: number): number =>
  took > stepMs
    ? Math.max(leastRows, Math.floor((rows * stepMs) / took / 2))
    : Math.min(mostRows, Math.ceil(rows * 1.2))
