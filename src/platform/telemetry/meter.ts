import type { Meter, Recorder } from '../../core/module'
import { type Child, createFamily, type Family, type Kind, type LiveFamily } from './family'

/** Upper bounds in seconds: from a row in SQLite's cache to a call that waits for another service. */
export const durationBuckets = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
]

export interface MeterOptions {
  /** The request being served, for exemplars; undefined outside of one. */
  requestId?: () => string | undefined
  /** Milliseconds since the epoch. */
  now?: () => number
}

/** A meter and what was recorded with it. */
export interface Recorded {
  meter: Omit<Meter, 'readings'>
  /** Every series, gauges up to date. */
  gather(): Promise<Family[]>
}

/** Counters, gauges and histograms. A name asked for twice is the same series; with other labels it throws. */
export function createMeter({ requestId = () => undefined, now = Date.now }: MeterOptions = {}): Recorded {
  const known = new Map<string, LiveFamily>()
  const once = (
    kind: Kind,
    name: string,
    help: string,
    labels: readonly string[],
    buckets: number[] = [],
  ) => {
    const shape = shapeOf(kind, labels)
    const found = known.get(name)
    if (found && shapeOf(found.kind, found.labelNames) !== shape)
      throw new Error(`series ${name} is ${shapeOf(found.kind, found.labelNames)} already, not ${shape}`)
    if (found) return found
    check(kind, name, buckets)
    const family = createFamily({ name, help, kind, labelNames: labels, bounds: buckets })
    known.set(name, family)
    return family
  }
  let round = 0
  const mark = (child: Child, at: number, value: number) => {
    const found = child.exemplars[at]
    if (found?.round === round) return
    const id = requestId()
    if (id !== undefined && id.length <= longestId)
      child.exemplars[at] = { requestId: id, value, at: now(), round }
  }
  const samples: (() => void | Promise<void>)[] = []
  return {
    async gather() {
      await Promise.all(samples.map(async (sample) => sample()))
      round++
      return [...known.values()]
    },
    meter: {
      onExposition: (sample) => void samples.push(sample),
      counter: (name, help, labels = []) => {
        const family = once('counter', name, help, labels)
        return recorder(family, add, mark)
      },
      gauge: (name, help, labels = []) => {
        const family = once('gauge', name, help, labels)
        return (value, values) => {
          family.child(values).value = value
        }
      },
      histogram: (name, help, labels = [], buckets = durationBuckets) => {
        const family = once('histogram', name, help, labels, buckets)
        return recorder(family, observe, mark)
      },
    },
  }
}

/** OpenMetrics allows 128 characters for the label of an exemplar with its value. */
const longestId = 128 - 'request_id'.length

type Mark = (child: Child, at: number, value: number) => void
type Labels = Record<string, string> | undefined

type Observation = (family: Family, child: Child, value: number, mark: Mark) => void

function recorder(family: LiveFamily, record: Observation, mark: Mark): Recorder {
  const one = (value = 1, labels?: Labels) => record(family, family.child(labels), value, mark)
  return Object.assign(one, {
    bind(labels: NonNullable<Labels>) {
      const child = family.child(labels)
      return (value = 1) => record(family, child, value, mark)
    },
    of(labels: NonNullable<Labels>) {
      const child = family.child(labels)
      return (sum: number, counts?: ArrayLike<number>) => merge(child, sum, counts)
    },
  })
}

function add(_: Family, child: Child, by: number, mark: Mark): void {
  // A counter that falls would look like a restart.
  if (!(by >= 0)) return
  child.value += by
  mark(child, 0, by)
}

function observe({ bounds }: Family, child: Child, value: number, mark: Mark): void {
  if (Number.isNaN(value)) return
  let at = 0
  while (at < bounds.length && value > bounds[at]!) at++
  child.counts[at]!++
  child.value += value
  mark(child, at, value)
}

function merge(child: Child, sum: number, counts: ArrayLike<number> = []): void {
  child.value += sum
  for (let at = 0; at < counts.length; at++) child.counts[at]! += counts[at]!
}

const shapeOf = (kind: Kind, labels: readonly string[]) => `${kind}{${[...labels].sort().join(',')}}`

function check(kind: Kind, name: string, buckets: readonly number[]): void {
  if (!/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name)) throw new Error(`series ${name}: not a name for Prometheus`)
  if (kind === 'counter' && !name.endsWith('_total'))
    throw new Error(`series ${name}: counters end in _total`)
  if (buckets.some((bound, at) => !Number.isFinite(bound) || bound <= (buckets[at - 1] ?? -Infinity)))
    throw new Error(`series ${name}: bucket bounds must be finite and ascend`)
}
