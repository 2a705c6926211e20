import pino from 'pino'
import type { Level } from './line'

/** Where lines go. */
export interface Output {
  /** What is gathered: lines in pieces, each ending in a line break. Strings put together early are garbage that lives until they are handed on. */
  readonly pieces: string[]
  /** Told after a line was added to the pieces, with its characters, about. */
  added(characters: number): void
  flush(): Promise<void>
}

/** Hands each line on at once. */
export function directOutput(write: (line: string) => void): Output {
  const pieces: string[] = []
  return { pieces, added: () => write(pieces.splice(0).join('')), flush: async () => {} }
}

/** Characters that are handed on at once, and milliseconds after which fewer are. */
const [enough, soon] = [64 * 1024, 100]

/** Milliseconds that a process which ends in the middle of a write leaves it. */
const lastWriteMs = 400

/**
 * Stderr, so that stdout stays clean for what commands print and for the stdio transport. Lines are gathered for up to 100 ms or 64 KB, are
 * written without blocking, and are all written out at exit.
 */
export function stderrOutput(): Output {
  // With a minLength of 0, its flush() does not wait for the write under way.
  const destination = pino.destination({ fd: 2, sync: false, minLength: 1, maxWrite: 2 * enough })
  destination.on('error', () => {}) // whoever read stderr is gone; the service goes on
  let writing = false
  destination.on('drain', () => {
    writing = false
  })
  const pieces: string[] = []
  let gathered = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  const handOn = () => {
    clearTimeout(timer)
    timer = undefined
    if (pieces.length === 0) return
    writing = true
    destination.write(pieces.join(''))
    pieces.length = 0
    gathered = 0
  }
  process.on('exit', () => {
    // Another thread ends the write that is under way, and cannot say so any more; what is left comes after it.
    if (writing) Bun.sleepSync(lastWriteMs)
    // A write begun now would not end any more: what is left waits for flushSync.
    Object.assign(destination, { minLength: Number.POSITIVE_INFINITY })
    handOn()
    destination.flushSync()
  })
  return {
    pieces,
    added(characters) {
      gathered += characters
      if (gathered >= enough) handOn()
      else timer ??= setTimeout(handOn, soon).unref()
    },
    flush() {
      handOn()
      return new Promise((resolve) => destination.flush(() => resolve()))
    },
  }
}

export interface LogOptions {
  /** Lines of a lower one are not written. */
  level: Level
  format: 'json' | 'text'
  output: Output
  /** Milliseconds since the epoch. */
  now(): number
}
