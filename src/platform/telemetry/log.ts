import pino from 'pino'
import type { Logger } from '../../core/module'
import { jsonLine, type Level, levels, textLine } from './line'
import { currentRequestId } from './request-id'
import { scrub } from './scrub'

type Fields = Record<string, unknown>

/** Where lines go: each ends in a line break. */
export interface Output {
  write(line: string): void
  flush(): Promise<void>
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
  let gathered = ''
  let timer: ReturnType<typeof setTimeout> | undefined
  const handOn = () => {
    clearTimeout(timer)
    timer = undefined
    if (gathered === '') return
    writing = true
    destination.write(gathered)
    gathered = ''
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
    write(line) {
      gathered += line
      if (gathered.length >= enough) handOn()
      else timer ??= setTimeout(handOn, soon).unref()
    },
    flush() {
      handOn()
      return new Promise((resolve) => destination.flush(() => resolve()))
    },
  }
}

/** Makes loggers that write lines of at least `level`, their fields as `clean` gives them. A logger never throws. */
export function createLog(options: { level: Level; format: 'json' | 'text'; output: Output; now(): number }) {
  const { output, now } = options
  const format = options.format === 'json' ? jsonLine : textLine
  const least = levels.indexOf(options.level)
  return (logger: string, clean: (fields: Fields) => Fields): Logger => {
    const at = (level: Level) => {
      if (levels.indexOf(level) < least) return () => {}
      return (message: string, fields?: Fields) => {
        const line = {
          at: now(),
          level,
          logger,
          message: scrub(message),
          requestId: currentRequestId(),
          fields: fields && clean(fields),
        }
        output.write(`${format(line)}\n`)
      }
    }
    return { debug: at('DEBUG'), info: at('INFO'), warn: at('WARNING'), error: at('ERROR') }
  }
}
