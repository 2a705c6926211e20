/** A line of a text in which something matched. */
export interface LineMatch {
  /** From 1. */
  line: number
  /** Without its line end. */
  text: string
  /** Where in the line, in UTF-16 units from 0, the end excluded; sorted, apart from each other. */
  ranges: [start: number, end: number][]
}

/** Finds the matching lines of a piece of text whose first line has this number. */
export type Matcher = (text: string, firstLine: number) => LineMatch[]

/** More in one line would only say that the line is long. */
export const mostRanges = 100

/** The matches of several matchers in one text as one list; overlapping ranges become one. */
export function mergeMatches(lists: LineMatch[][]): LineMatch[] {
  if (lists.length === 1) return lists[0]!
  const byLine = new Map<number, LineMatch>()
  for (const match of lists.flat()) {
    const known = byLine.get(match.line)
    byLine.set(match.line, known ? { ...known, ranges: joined([...known.ranges, ...match.ranges]) } : match)
  }
  return [...byLine.values()].sort((a, b) => a.line - b.line)
}

function joined(ranges: [number, number][]): [number, number][] {
  const result: [number, number][] = []
  for (const [start, end] of ranges.toSorted((a, b) => a[0] - b[0] || a[1] - b[1])) {
    const last = result.at(-1)
    if (last && start <= last[1]) last[1] = Math.max(last[1], end)
    else result.push([start, end])
  }
  return result.slice(0, mostRanges)
}
