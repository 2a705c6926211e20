import { AsyncLocalStorage } from 'node:async_hooks'

interface Running {
  kind: 'read' | 'write'
  open: boolean
}

/** What stands around every transaction of one storage: no nesting, and its time is told. */
export interface Transactions {
  run<T>(kind: 'read' | 'write', work: () => Promise<T>): Promise<T>
}

/**
 * A transaction inside another would wait for the connection that the outer one holds: for ever with one writer, under load
 * with a pool. So it throws, on both databases alike. `explain` turns what a driver throws into what callers understand.
 */
export function createTransactions(
  onQuery?: (kind: 'read' | 'write', seconds: number) => void,
  explain: (error: unknown) => unknown = (error) => error,
): Transactions {
  const context = new AsyncLocalStorage<Running>()
  return {
    async run(kind, work) {
      const outer = context.getStore()
      if (outer?.open) {
        throw new Error(
          `a ${kind} was started inside a ${outer.kind}: use the ${outer.kind}'s own database argument`,
        )
      }
      const running: Running = { kind, open: true }
      const started = performance.now()
      try {
        return await context.run(running, work)
      } catch (error) {
        throw explain(error)
      } finally {
        running.open = false
        onQuery?.(kind, (performance.now() - started) / 1000)
      }
    },
  }
}
