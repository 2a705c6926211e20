import type { StoredSeries } from '../store/row'
import { errorCodeOf } from './kept-dimensions'
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
  /** The number of a row's sender; what failed has one for each error code in the metadata. */
  numberOf(series: StoredSeries, metadata: string | null): number
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

let numberings = 0

export function createSenders(series: RollupSeries): Senders {
  let numbering = ++numberings
  let senders: Whole[] = []
  const add = ({ service, metric_type, dimensions }: StoredSeries, code: string | undefined): Whole => {
    const targets = series.of(service, metric_type, dimensions, code)
    const number = senders.length
    const sender = { number, targets, current: undefined, previous: undefined, byCode: undefined }
    senders.push(sender)
    return sender
  }
  const withCode = (whole: Whole, one: StoredSeries, code: string): Sender => {
    whole.byCode ??= new Map()
    let failing = whole.byCode.get(code)
    if (!failing) {
      if (whole.byCode.size >= mostCodes) whole.byCode.clear()
      failing = add(one, code)
      whole.byCode.set(code, failing)
    }
    return failing
  }
  return {
    numberOf(one, metadata) {
      if (one.numbering !== numbering) {
        one.sender = add(one, undefined).number
        one.numbering = numbering
      }
      const code = errorCodeOf(metadata)
      return code === undefined ? one.sender : withCode(senders[one.sender]!, one, code).number
    },
    at: (number) => senders[number]!,
    count: () => senders.length,
    forget() {
      numbering = ++numberings
      senders = []
    },
  }
}
