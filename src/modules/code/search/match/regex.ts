import { compileRegex, type Regex } from '../regex/compile'
import { type LineMatch, type Matcher, mostRanges } from './line-match'

/** Matches a pattern of RE2 line by line, so that nothing in it can run over a line's end; `$` stands before a carriage return too. */
export function regexMatcher(pattern: string, caseSensitive: boolean): Matcher {
  const regex = compileRegex(pattern, caseSensitive)
  return (text, firstLine) => {
    const lines: LineMatch[] = []
    let at = 0
    for (let line = firstLine; at < text.length; line++) {
      const feed = text.indexOf('\n', at)
      const end = feed < 0 ? text.length : feed
      const content = text.slice(at, text[end - 1] === '\r' && end > at ? end - 1 : end)
      if (regex.test(content)) lines.push({ line, text: content, ranges: rangesIn(regex, content) })
      at = end + 1
    }
    return lines
  }
}

function rangesIn(regex: Regex, line: string): [number, number][] {
  const ranges: [number, number][] = []
  const matcher = regex.matcher(line)
  while (ranges.length < mostRanges && matcher.find()) ranges.push([matcher.start(), matcher.end()])
  return ranges
}
