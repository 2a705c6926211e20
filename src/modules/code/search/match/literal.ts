import { type LineMatch, type Matcher, mostRanges } from './line-match'

const special = /[\\^$.*+?()[\]{}|/]/g

/** Matches a literal, with or without regard to letter case (Unicode's simple case folding). */
export function literalMatcher(literal: string, caseSensitive: boolean): Matcher {
  // A pattern without operators cannot backtrack.
  const pattern = new RegExp(literal.replace(special, '\\$&'), caseSensitive ? 'gu' : 'giu')
  return (text, firstLine) => {
    const cursor = { at: 0, line: firstLine }
    const lines: LineMatch[] = []
    pattern.lastIndex = 0
    let end = 0
    for (let found = pattern.exec(text); found; found = pattern.exec(text)) {
      const last = lines.at(-1)
      const start = found.index
      const stop = start + found[0].length
      if (last && start < end) {
        if (last.ranges.length < mostRanges) last.ranges.push([start - cursor.at, stop - cursor.at])
        else pattern.lastIndex = end
        continue
      }
      moveTo(text, start, cursor)
      end = lineEnd(text, start)
      const line = text.slice(cursor.at, text[end - 1] === '\r' && end > stop ? end - 1 : end)
      lines.push({ line: cursor.line, text: line, ranges: [[start - cursor.at, stop - cursor.at]] })
    }
    return lines
  }
}

function lineEnd(text: string, from: number): number {
  const feed = text.indexOf('\n', from)
  return feed < 0 ? text.length : feed
}

/** Moves the cursor to the beginning of the line that holds `place`. */
function moveTo(text: string, place: number, cursor: { at: number; line: number }): void {
  for (let feed = text.indexOf('\n', cursor.at); feed >= 0 && feed < place; ) {
    cursor.at = feed + 1
    cursor.line++
    feed = text.indexOf('\n', cursor.at)
  }
}
