/** Rows on their way into rollups, handed out sender by sender. */
export interface SortedRows {
  /** `duration` is NaN for none. True when there is no room for another. */
  add(sender: number, at: number, value: number, duration: number): boolean
  /** Every row, those of one sender behind each other and in their order; then it is empty. Senders have numbers below `senders`. */
  take(senders: number, give: (sender: number, at: number, value: number, duration: number) => void): void
  forget(): void
}

/**
 * Rows that are sorted together; 28 bytes each. What is known of some thousand senders does not fit into the processor's caches: a row right after another of
 * its sender costs a quarter of one after another's. By a quarter of this many it costs twice as much.
 */
const most = 1 << 18

export function createSortedRows(): SortedRows {
  let columns = columnsOf(1024)
  let rows = 0
  const grow = () => {
    const larger = columnsOf(2 * rows)
    larger.sender.set(columns.sender)
    larger.numbers.set(columns.numbers)
    columns = larger
  }
  return {
    add(sender, at, value, duration) {
      if (rows === columns.sender.length) grow()
      const { numbers } = columns
      columns.sender[rows] = sender
      numbers[each * rows] = at
      numbers[each * rows + 1] = value
      numbers[each * rows + 2] = duration
      return ++rows === most
    },
    take(senders, give) {
      const { sender, numbers } = columns
      const order = orderOf(sender.subarray(0, rows), senders)
      for (let place = 0; place < order.length; place++) {
        const row = order[place]!
        const at = each * row
        give(sender[row]!, numbers[at]!, numbers[at + 1]!, numbers[at + 2]!)
      }
      rows = 0
    },
    forget() {
      rows = 0
    },
  }
}

/** Numbers of a row: time, value and duration. They come out in another order than they went in, so those of a row stand together. */
const each = 3

const columnsOf = (rows: number) => ({
  sender: new Uint32Array(rows),
  numbers: new Float64Array(each * rows),
})

/** Places of the keys, all below `end`, in the order of the keys; a counting sort. */
function orderOf(keys: Uint32Array, end: number): Uint32Array {
  const next = new Uint32Array(end + 1)
  for (let place = 0; place < keys.length; place++) next[keys[place]! + 1]!++
  for (let key = 0; key < end; key++) next[key + 1]! += next[key]!
  const order = new Uint32Array(keys.length)
  for (let place = 0; place < keys.length; place++) order[next[keys[place]!]!++] = place
  return order
}
