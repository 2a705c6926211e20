/** Milliseconds between two looks at what waits: how late a limit may strike. */
const everyMs = 20

/**
 * What may take until a moment. All that wait stand in a ring, which to join and to leave touches two neighbours and nothing else, and share one timer:
 * one of its own for each of many thousand short calls a second is a part of their cost.
 */
export abstract class Limited {
  private before: Limited = this
  private after: Limited = this
  private resolve: ((value: unknown) => void) | undefined
  private reject: ((error: unknown) => void) | undefined

  /** `until` is on the clock of `performance.now`. */
  constructor(protected readonly until: number) {}

  /** What it fails with once the moment has passed (20 ms later at most). */
  protected abstract expire(): unknown

  /** Ends by `end` or `fail`, or late. Asked for once, before either. */
  ending(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.resolve = resolve
      this.reject = reject
      this.before = ring.before
      this.after = ring
      this.before.after = this
      ring.before = this
      timer ??= setInterval(sweep, everyMs)
    })
  }

  end(value: unknown): void {
    this.leave()
    this.resolve?.(value)
  }

  fail(error: unknown): void {
    this.leave()
    this.reject?.(error)
  }

  /** Ends as `work` does, or late. */
  follow<T>(work: Promise<T>, explain = same): Promise<T> {
    work.then(
      (value) => this.end(value),
      (error) => this.fail(explain(error)),
    )
    return this.ending() as Promise<T>
  }

  /** Fails if it is late; gives who stands after it. */
  look(now: number): Limited {
    const { after } = this
    if (now >= this.until) this.fail(this.expire())
    return after
  }

  /** Whoever left stands alone: what ends after its limit leaves a second time, and must not touch who were its neighbours. */
  private leave(): void {
    this.before.after = this.after
    this.after.before = this.before
    this.before = this
    this.after = this
  }
}

const same = (error: unknown): unknown => error

/** A promise that has until a moment. */
class Wait extends Limited {
  constructor(
    until: number,
    protected readonly expire: () => unknown,
  ) {
    super(until)
  }
}

const ring: Limited = new Wait(Number.POSITIVE_INFINITY, () => undefined)
let timer: ReturnType<typeof setInterval> | undefined

function sweep(): void {
  const now = performance.now()
  let waiting = ring.look(now)
  const none = waiting === ring
  while (waiting !== ring) waiting = waiting.look(now)
  if (!none) return
  clearInterval(timer)
  timer = undefined
}

/** Settles as `work` does (a failure as `explain` tells it), or fails with what `late` gives once `milliseconds` have passed (20 ms more at most). */
export function within<T>(
  milliseconds: number,
  work: Promise<T>,
  late: () => unknown,
  explain?: (error: unknown) => unknown,
): Promise<T> {
  return new Wait(performance.now() + milliseconds, late).follow(work, explain)
}
