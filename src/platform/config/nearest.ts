/** Edits (insert, delete, replace, swap neighbours) that turn `a` into `b`. */
export function distance(a: string, b: string): number {
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const edits = [row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + same]
      next.push(Math.min(...edits, swapped ? before[j - 2]! + 1 : Number.POSITIVE_INFINITY))
    }
    before = row
    row = next
  }
  return row[b.length]!
}

/** The candidate with the fewest edits from `word`, if that takes at most `edits` (default: a third of the word's length). */
export function nearest(
  word: string,
  candidates: Iterable<string>,
  edits = Math.floor(word.length / 3),
): string | undefined {
  let best: string | undefined
  let least = edits + 1
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= least) continue
    const found = distance(word, candidate)
    if (found < least) {
      least = found
      best = candidate
    }
  }
  return best
}
