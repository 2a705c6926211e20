/** Rows on their way into rollups, handed out sender by sender. */
export interface SortedRows {
  /** `duration` is NaN for none. True when there is no room for another. */
  add(sender: number, at: number, value: number, duration: number): boolean
  /** Every row, those of one sender behind each other and in their order; then it is empty. Senders have numbers below `senders`. */
  take(senders: number, each: (sender: number, at: number, value: number, duration: number) => void): void
  forget(): void
}

/**
 * Rows that are sorted together. What is known of some thousand senders does not fit into the processor's caches: a row after another of the same sender
 * costs a third of one after another's.
 */
const most = 1 << 16

export function createSortedRows(): SortedRows {
  const senderOf = new Uint32Array(most)
  const at = new Float64Array(most)
  const value = new Float64Array(most)
  const duration = new Float64Array(most)
  let rows = 0
  return {
    add(sender, rowAt, rowValue, rowDuration) {
      senderOf[rows] = sender
      at[rows] = rowAt
      value[rows] = rowValue
      duration[rows] = rowDuration
      return ++rows === most
    },
    take(senders, each) {
      for (const row of orderOf(senderOf.subarray(0, rows), senders))
        each(senderOf[row]!, at[row]!, value[row]!, duration[row]!)
      rows = 0
    },
    forget() {
      rows = 0
    },
  }
}

/** Places of the keys, all below `end`, in the order of the keys; a counting sort. */
function orderOf(keys: Uint32Array, end: number): Uint32Array {
  const next = new Uint32Array(end + 1)
  for (const key of keys) next[key + 1]!++
  for (let key = 0; key < end; key++) next[key + 1]! += next[key]!
  const order = new Uint32Array(keys.length)
  for (let place = 0; place < keys.length; place++) order[next[keys[place]!]!++] = place
  return order
}
