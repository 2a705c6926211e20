/** An answer has at most 50 KB of JSON; this is what the list of results may take of it. */
export const mostBytes = 46_000

export const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value))

/** Counts results in until the answer is full. The first is always taken, so that paging goes on. */
export function roomFor(most = mostBytes): (result: unknown) => boolean {
  let [used, taken] = [0, 0]
  return (result) => {
    const bytes = bytesOf(result) + 1
    if (taken > 0 && used + bytes > most) return false
    used += bytes
    taken++
    return true
  }
}
