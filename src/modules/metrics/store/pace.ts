/**
 * Milliseconds between the starts of two moves under load. Rows of one move share the pages and rollups that it writes: by 400,000 at once a row costs a
 * third of what it costs by 20,000.
 */
const paceMs = 1000
/** After a move the tables rest for so many times as long as it took, so that the processor is the senders' while they come; */
const restShare = 9
/** but no longer than this, in milliseconds, */
const mostRest = 5000
/** and not at all while so many bytes wait. */
const hurryBytes = 256 * 1024 ** 2

/** Keeps moves of the log into the tables apart. */
export interface Pace {
  start(): void
  /** `behind`: bytes that wait after the move. */
  end(behind: number): void
  /** Milliseconds until the next move may start. */
  rest(): number
}

export function createPace(): Pace {
  let startedAt = Number.NEGATIVE_INFINITY
  let next = Number.NEGATIVE_INFINITY
  return {
    start() {
      startedAt = performance.now()
      next = startedAt + paceMs
    },
    end(behind: number) {
      const now = performance.now()
      const rest = Math.min(mostRest, restShare * (now - startedAt))
      if (behind < hurryBytes) next = Math.max(next, now + rest)
    },
    rest: () => Math.max(0, next - performance.now()),
  }
}
