interface Wait {
  /** On the clock of `performance.now`. */
  readonly until: number
  expire(): void
}

/** Milliseconds between two looks at what waits: how late a limit may strike. */
const everyMs = 20

const waits = new Set<Wait>()
let timer: ReturnType<typeof setInterval> | undefined

function sweep(): void {
  const now = performance.now()
  for (const wait of waits) {
    if (now < wait.until) continue
    waits.delete(wait)
    wait.expire()
  }
  if (waits.size > 0) return
  clearInterval(timer)
  timer = undefined
}

/**
 * Settles as `work` does, or fails with what `late` gives once `milliseconds` have passed (20 ms more at most). All that wait share one timer:
 * one of its own for each of a few thousand short calls a second costs more than many of the calls.
 */
export function within<T>(milliseconds: number, work: Promise<T>, late: () => unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    const wait: Wait = { until: performance.now() + milliseconds, expire: () => reject(late()) }
    waits.add(wait)
    timer ??= setInterval(sweep, everyMs)
    work.then(
      (value) => {
        waits.delete(wait)
        resolve(value)
      },
      (error) => {
        waits.delete(wait)
        reject(error)
      },
    )
  })
}
