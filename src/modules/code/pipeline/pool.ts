/** A few pieces of work at once. */
export interface Pool {
  /** Waits for room, then begins. Throws what an earlier piece threw. */
  add(work: () => Promise<void>): Promise<void>
  /** Waits for all of them. */
  done(): Promise<void>
}

export function createPool(size: number): Pool {
  const running = new Set<Promise<void>>()
  let failure: { error: unknown } | undefined
  const check = () => {
    if (failure) throw failure.error
  }
  return {
    async add(work) {
      while (running.size >= size) await Promise.race(running)
      check()
      const one: Promise<void> = work()
        .catch((error) => {
          failure ??= { error }
        })
        .finally(() => running.delete(one))
      running.add(one)
    },
    async done() {
      await Promise.all(running)
      check()
    },
  }
}
