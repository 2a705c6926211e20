import type { Message } from './message'

/** A request that is not answered yet. */
export interface Pending {
  request: Message
  /** Ends the exchange; nothing of it is written any more. */
  cancel(): void
}

/** What is under way: requests by id, and messages that get no answer. */
export interface PendingWork {
  /** Runs `work`; the requests count as under way until it is done. */
  run(requests: Message[], work: (signal: AbortSignal) => Promise<void>): Promise<void>
  find(id: unknown): Pending | undefined
  all(): Pending[]
  /** Resolves when nothing is under way any more. */
  idle(): Promise<void>
}

export function createPendingWork(): PendingWork {
  const requestsOpen = new Map<string, Pending>()
  const running = new Set<Promise<void>>()
  return {
    run(requests, work) {
      const stop = new AbortController()
      for (const request of requests) {
        requestsOpen.set(JSON.stringify(request.id), { request, cancel: () => stop.abort() })
      }
      const done = work(stop.signal).finally(() => {
        running.delete(done)
        for (const { id } of requests) requestsOpen.delete(JSON.stringify(id))
      })
      running.add(done)
      return done
    },
    find: (id) => requestsOpen.get(JSON.stringify(id)),
    all: () => [...requestsOpen.values()],
    async idle() {
      while (running.size > 0) await Promise.allSettled([...running])
    },
  }
}
