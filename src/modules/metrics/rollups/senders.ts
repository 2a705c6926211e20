import type { LocalConnection } from '../../../core/local-database'
import { createNumbersById } from './numbers-by-id'
import type { Rollup } from './rollup'
import type { RollupSeries, Targets } from './rollup-series'

/** What is known of a sender, or of its failures with one error code. */
export interface Sender {
  /** Its place among the senders. */
  number: number
  targets: Targets
  /** The hour that its last row lies in, and the one before that: what comes late most often is of that one. */
  current: OpenHour | undefined
  previous: OpenHour | undefined
}

/** Rows of one sender in one hour, since the last commit; more may come. */
export interface OpenHour {
  at: number
  rollup: Rollup
}

/** Numbers those who send. */
export interface Senders {
  /** The number of the sender of a row of this series; what failed has one for each error code. */
  numberOf(series: number, code: string | undefined): number
  at(number: number): Sender
  count(): number
  forget(): void
}

/** A sender, and its failures by error code. */
interface Whole extends Sender {
  byCode: Map<string, Sender> | undefined
}

/** Error codes of one sender that are remembered. */
const mostCodes = 1000

export function createSenders(db: LocalConnection, series: RollupSeries): Senders {
  let numbers = createNumbersById()
  let senders: Whole[] = []
  const add = (id: number, code: string | undefined): Whole => {
    const { service, metric_type, dimensions } = storedSeries(db, id)
    const targets = series.of(service, metric_type, dimensions, code)
    const number = senders.length
    const sender = { number, targets, current: undefined, previous: undefined, byCode: undefined }
    senders.push(sender)
    return sender
  }
  const withCode = (whole: Whole, id: number, code: string): Sender => {
    whole.byCode ??= new Map()
    let failing = whole.byCode.get(code)
    if (!failing) {
      if (whole.byCode.size >= mostCodes) whole.byCode.clear()
      failing = add(id, code)
      whole.byCode.set(code, failing)
    }
    return failing
  }
  return {
    numberOf(id, code) {
      let number = numbers.get(id)
      if (number < 0) {
        number = add(id, undefined).number
        numbers.set(id, number)
      }
      return code === undefined ? number : withCode(senders[number]!, id, code).number
    },
    at: (number) => senders[number]!,
    count: () => senders.length,
    forget() {
      numbers = createNumbersById()
      senders = []
    },
  }
}

const storedSeries = (db: LocalConnection, id: number) =>
  db
    .statement<{ service: string; metric_type: string; dimensions: string }>(
      'select service, metric_type, dimensions from series where id = ?',
    )
    .get(id)!
