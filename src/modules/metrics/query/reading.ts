import type { Store } from '../store/open'

/** Asks the reading thread. */
export interface Reading {
  now(): number
  /** Sees everything that was acknowledged before, unless the disk keeps the tables behind the log. */
  ask<T>(procedure: string, input: unknown): Promise<T>
}

export const readingOf = (store: Store, now: () => number): Reading => ({
  now,
  async ask(procedure, input) {
    await store.settled().catch(() => {})
    return store.db.read(procedure, input)
  },
})
