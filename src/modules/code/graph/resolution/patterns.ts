/** Patterns with at most one `*`, found by what stands before it instead of one by one. */
export interface Patterns<T> {
  /** Those that a text fits, the most exact first, with what stands for the `*`. */
  fitting(text: string): Iterable<{ entry: T; rest: string }>
}

/** Longer patterns, and more that begin alike, are not what somebody wrote. */
const longest = 300
const mostLengths = 64
const mostAlike = 50

/** The first of those that are the same pattern counts. */
export function createPatterns<T>(entries: Iterable<T>, patternOf: (entry: T) => string): Patterns<T> {
  const exact = new Map<string, T>()
  const heads = new Map<string, { tail: string; entry: T }[]>()
  for (const entry of entries) {
    const pattern = patternOf(entry)
    if (pattern.length > longest) continue
    const star = pattern.indexOf('*')
    if (star < 0) {
      if (!exact.has(pattern)) exact.set(pattern, entry)
      continue
    }
    const [head, tail] = [pattern.slice(0, star), pattern.slice(star + 1)]
    const known = heads.get(head)
    if (!known) heads.set(head, [{ tail, entry }])
    else if (known.length < mostAlike) known.push({ tail, entry })
  }
  const lengths = [...new Set([...heads.keys()].map(({ length }) => length))]
  const tried = lengths
    .sort((a, b) => a - b)
    .slice(0, mostLengths)
    .reverse()
  return {
    *fitting(text) {
      const own = exact.get(text)
      if (own !== undefined) yield { entry: own, rest: '' }
      for (const length of tried) {
        if (length > text.length) continue
        for (const { tail, entry } of heads.get(text.slice(0, length)) ?? [])
          if (text.length >= length + tail.length && text.endsWith(tail))
            yield { entry, rest: text.slice(length, text.length - tail.length) }
      }
    },
  }
}
