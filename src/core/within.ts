/** Milliseconds between two looks at what waits: how late a limit may strike. */
const everyMs = 20

/** Wants to know how something ended, and is told once. Neither function throws. */
export interface Told {
  end(value: unknown): void
  fail(error: unknown): void
}

/**
 * What may take until a moment. All that wait stand in a ring, which to join and to leave touches two neighbours and nothing else, and share one timer:
 * one of its own for each of many thousand short calls a second is a part of their cost.
 */
export abstract class Limited implements Told {
  private before: Limited = this
  private after: Limited = this
  private listener: Told | undefined

  /** `until` is on the clock of `performance.now`. */
  constructor(protected readonly until: number) {}

  /** What it fails with once the moment has passed (20 ms later at most). */
  protected abstract expire(): unknown

  /** `listener` is told of `end`, `fail`, or that it was late. Asked for once, before any of them. */
  tell(listener: Told): void {
    this.listener = listener
    this.before = ring.before
    this.after = ring
    this.before.after = this
    ring.before = this
    timer ??= setInterval(sweep, everyMs)
  }

  /** The same as a promise, which costs some five objects more. */
  ending(): Promise<unknown> {
    return new Promise((end, fail) => this.tell({ end, fail }))
  }

  end(value: unknown): void {
    this.leave()?.end(value)
  }

  fail(error: unknown): void {
    this.leave()?.fail(error)
  }

  /** Ends as `work` does, or late. */
  follow(work: Promise<unknown>, explain = same): void {
    work.then(
      (value) => this.end(value),
      (error) => this.fail(explain(error)),
    )
  }

  /** Those of the ring that are late. */
  static late(now: number): Limited[] {
    const late: Limited[] = []
    for (let one = ring.after; one !== ring; one = one.after) if (now >= one.until) late.push(one)
    return late
  }

  static isNobodyWaiting(): boolean {
    return ring.after === ring
  }

  /** Fails for being late. */
  giveUp(): void {
    this.fail(this.expire())
  }

  /** Whoever left stands alone and tells nobody: what ends after its limit leaves a second time, and must not touch who were its neighbours. */
  private leave(): Told | undefined {
    const { listener } = this
    this.listener = undefined
    this.before.after = this.after
    this.after.before = this.before
    this.before = this
    this.after = this
    return listener
  }
}

const same = (error: unknown): unknown => error

/** A promise that has until a moment. */
export class Wait extends Limited {
  constructor(
    until: number,
    protected readonly expire: () => unknown,
  ) {
    super(until)
  }
}

const ring: Limited = new Wait(Number.POSITIVE_INFINITY, () => undefined)
let timer: ReturnType<typeof setInterval> | undefined

/** First looks, then tells: who is told may end others. */
function sweep(): void {
  if (Limited.isNobodyWaiting()) {
    clearInterval(timer)
    timer = undefined
    return
  }
  for (const one of Limited.late(performance.now())) one.giveUp()
}

/** Settles as `work` does (a failure as `explain` tells it), or fails with what `late` gives once `milliseconds` have passed (20 ms more at most). */
export function within<T>(
  milliseconds: number,
  work: Promise<T>,
  late: () => unknown,
  explain?: (error: unknown) => unknown,
): Promise<T> {
  const wait = new Wait(performance.now() + milliseconds, late)
  const ending = wait.ending() as Promise<T>
  wait.follow(work, explain)
  return ending
}
