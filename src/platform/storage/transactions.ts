import { AsyncLocalStorage } from 'node:async_hooks'

type Kind = 'read' | 'write'

/** A transaction of one storage while it runs. */
export interface Transaction {
  /** Runs `work` with its arguments; a transaction that is begun below it, also after an await, is refused. */
  run<A extends unknown[], T>(work: (...given: A) => T, ...given: A): T
  end(): void
}

/** What stands around every transaction of one storage: no nesting, and its time is told. */
export interface Transactions {
  /** Throws inside of another. */
  check(kind: Kind): void
  /** The same, and gives what runs from now on. */
  begin(kind: Kind): Transaction
  /** One that does nothing but `work`. */
  run<T>(kind: Kind, work: () => Promise<T>): Promise<T>
}

/**
 * A transaction inside another would wait for the connection that the outer one holds: for ever with one writer, under load
 * with a pool. So it throws, on both databases alike.
 */
export function createTransactions(onQuery?: (kind: Kind, seconds: number) => void): Transactions {
  const context = new AsyncLocalStorage<Running>()
  class Running implements Transaction {
    readonly started = performance.now()
    open = true

    constructor(readonly kind: Kind) {}

    run<A extends unknown[], T>(work: (...given: A) => T, ...given: A): T {
      return context.run(this, work, ...given)
    }

    end(): void {
      this.open = false
      onQuery?.(this.kind, (performance.now() - this.started) / 1000)
    }
  }
  const check = (kind: Kind) => {
    const outer = context.getStore()
    if (outer?.open) throw nested(kind, outer.kind)
  }
  const begin = (kind: Kind) => {
    check(kind)
    return new Running(kind)
  }
  return {
    check,
    begin,
    async run(kind, work) {
      const transaction = begin(kind)
      try {
        return await transaction.run(work)
      } finally {
        transaction.end()
      }
    },
  }
}

const nested = (inner: Kind, outer: Kind) =>
  new Error(`a ${inner} was started inside a ${outer}: use the ${outer}'s own database argument`)
