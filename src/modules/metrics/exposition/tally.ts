import type { Recorder } from '../../../core/module'
import type { Series } from '../ingest/metric'

/** Gathers the metrics of one type in a flat array, and hands them to the meter when somebody looks. */
export interface Tally {
  /** The duration in milliseconds, NaN for none. */
  add(series: Series, value: number, durationMs: number): void
  /** All metrics of a request were added: its slowest one is told to the meter at once, which may note the request as its exemplar, unless one was told lately. */
  end(): void
  /** What was gathered since the last time goes to the meter. */
  flush(): void
}

export interface TallyParts {
  /** Grows by the value. */
  count: Recorder | undefined
  /** Of seconds. */
  observe: Recorder
  /** Of its buckets, ascending. */
  bounds: readonly number[]
  /** The value itself is the seconds; else they are of the duration. */
  ofValue: boolean
  labelsOf(series: Series): Labels
}

type Labels = Record<string, string>

/** Label sets that are gathered at a time. */
const mostSlots = 10_000

/** Milliseconds between two requests that are told for a bucket: most would change nothing, and each costs what finding its labels does. */
const everyMs = 1000

/** Before the buckets of a slot stand the sums of its values and of its seconds, and whether anything was added. */
const head = 3

export function createTally({ count, observe, bounds, ofValue, labelsOf }: TallyParts): Tally {
  const width = head + bounds.length + 1
  let cells = new Float64Array(64 * width)
  /** When a request is told for a bucket again, in milliseconds of the process, at the place of its cell. */
  let due = new Float64Array(cells.length)
  let slots: ReturnType<typeof slotFor>[] = []
  /** Number of the first slot: none is ever used for others, so that a series knows its own for as long as it counts. */
  let first = 0
  let byLabels = new Map<string, number>()
  let slowest: { series: Series; value: number } | undefined
  let slowestSeconds = -1

  const slotFor = (labels: Labels) => ({ labels, counted: count?.of(labels), observed: observe.of(labels) })
  const flush = () => {
    for (let slot = 0, at = 0; slot < slots.length; slot++, at += width) {
      if (cells[at + 2] === 0) continue
      const { counted, observed } = slots[slot]!
      counted?.(cells[at]!)
      observed(cells[at + 1]!, cells.subarray(at + head, at + width))
      cells.fill(0, at, at + width)
    }
  }
  const begin = () => {
    flush()
    first += slots.length
    slots = []
    due.fill(0)
    byLabels = new Map()
  }
  const addSlot = (series: Series): number => {
    const labels = labelsOf(series)
    const key = JSON.stringify(Object.values(labels))
    let slot = byLabels.get(key)
    if (slot === undefined) {
      if (slots.length === mostSlots) begin()
      slot = slots.push(slotFor(labels)) - 1
      byLabels.set(key, slot)
      if (cells.length < slots.length * width) [cells, due] = [grown(cells), grown(due)]
    }
    series.slot = first + slot
    return slot
  }
  const slotOf = (series: Series) => (series.slot < first ? addSlot(series) : series.slot - first)
  const gather = (series: Series, value: number, seconds: number) => {
    const at = slotOf(series) * width
    cells[at + 2] = 1
    if (value > 0) cells[at]! += value
    if (!(seconds > 0)) return
    cells[at + 1]! += seconds
    cells[at + head + bucketOf(bounds, seconds)]!++
  }
  const tell = ({ series, value }: { series: Series; value: number }, seconds: number) => {
    const slot = slotOf(series)
    // Without seconds it is no bucket's: the place is that of the mark before them.
    const place = slot * width + (seconds > 0 ? head + bucketOf(bounds, seconds) : 2)
    const now = performance.now()
    if (now < due[place]!) return gather(series, value, seconds)
    due[place] = now + everyMs
    count?.(value, slots[slot]!.labels)
    if (seconds > 0) observe(seconds, slots[slot]!.labels)
  }
  return {
    add(series, value, durationMs) {
      const seconds = ofValue ? value : durationMs > 0 ? durationMs / 1000 : 0
      if (seconds <= slowestSeconds) return gather(series, value, seconds)
      if (slowest) gather(slowest.series, slowest.value, slowestSeconds)
      slowest = { series, value }
      slowestSeconds = seconds
    },
    end() {
      if (slowest) tell(slowest, slowestSeconds)
      slowest = undefined
      slowestSeconds = -1
    },
    flush,
  }
}

function bucketOf(bounds: readonly number[], seconds: number): number {
  let bucket = 0
  while (bucket < bounds.length && seconds > bounds[bucket]!) bucket++
  return bucket
}

function grown(cells: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(2 * cells.length)
  larger.set(cells)
  return larger
}
