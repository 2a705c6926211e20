/** What waits, in a ring: joining and leaving it touch two neighbours and nothing else. */
interface Wait {
  /** On the clock of `performance.now`. */
  readonly until: number
  readonly late: () => unknown
  readonly reject: (error: unknown) => void
  before: Wait
  after: Wait
}

/** Milliseconds between two looks at what waits: how late a limit may strike. */
const everyMs = 20

const ring = { until: Number.POSITIVE_INFINITY } as Wait
ring.before = ring
ring.after = ring
let timer: ReturnType<typeof setInterval> | undefined

/** Whoever left stands alone: what settles after its limit leaves a second time, and must not touch who were its neighbours. */
function leave(wait: Wait): void {
  const { before, after } = wait
  before.after = after
  after.before = before
  wait.before = wait
  wait.after = wait
}

function sweep(): void {
  const now = performance.now()
  for (let wait = ring.after; wait !== ring; ) {
    const next = wait.after
    if (now >= wait.until) {
      leave(wait)
      wait.reject(wait.late())
    }
    wait = next
  }
  if (ring.after !== ring) return
  clearInterval(timer)
  timer = undefined
}

/** Settles as `work` does (a failure as `explain` tells it), or fails with what `late` gives once `milliseconds` have passed (20 ms more at most). */
export const within = <T>(
  milliseconds: number,
  work: Promise<T>,
  late: () => unknown,
  explain?: (error: unknown) => unknown,
): Promise<T> => before(performance.now() + milliseconds, work, late, explain)

/**
 * The same, until a moment on the clock of `performance.now`. All that wait share one timer: one of its own for each of many thousand short calls a
 * second is a part of their cost.
 */
export function before<T>(
  until: number,
  work: Promise<T>,
  late: () => unknown,
  explain: (error: unknown) => unknown = (error) => error,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const wait: Wait = { until, late, reject, before: ring.before, after: ring }
    ring.before.after = wait
    ring.before = wait
    timer ??= setInterval(sweep, everyMs)
    work.then(
      (value) => {
        leave(wait)
        resolve(value)
      },
      (error) => {
        leave(wait)
        reject(explain(error))
      },
    )
  })
}
