const longest = 240
const slashes = /^\s*\/\/[/!]?\s?(.*)$/
const hash = /^\s*#(?!!)\s?(.*)$/
/** Comments to the end of the line, where they do not begin with slashes. */
const lineComments: Record<string, RegExp> = {
  python: hash,
  ruby: hash,
  bash: hash,
  php: /^\s*(?:\/\/|#(?!\[))\s?(.*)$/,
}

/**
 * The first paragraph of the comment that stands directly above a definition, or of Python's docstring in it. A comment further up, or
 * behind code, belongs to something else.
 */
export function documentationOf(
  language: string,
  text: string,
  start: number,
  bodyStart: number,
  end: number,
): string | undefined {
  const found = language === 'python' ? docstring(text, bodyStart, end) : undefined
  return shorten(found ?? commentAbove(text, start, lineComments[language] ?? slashes))
}

function docstring(text: string, bodyStart: number, end: number): string | undefined {
  const body = text.slice(bodyStart, Math.min(end, bodyStart + 2000))
  return /^\s*[rRuU]?("""|''')([\s\S]*?)\1/.exec(body)?.[2]
}

function commentAbove(text: string, start: number, lineComment: RegExp): string | undefined {
  const above = linesAbove(text, start)
  let last = above() ?? ''
  while (/^\s*(@\w|#\[|\[\w)/.test(last)) last = above() ?? ''
  if (last.trimEnd().endsWith('*/')) return blockAbove(last, above)
  const found: string[] = []
  for (let line: string | undefined = last; line !== undefined; line = above()) {
    const comment = lineComment.exec(line)
    if (!comment) break
    found.unshift(comment[1]!)
  }
  return found.length > 0 ? found.join('\n') : undefined
}

const farthest = 4000

/** The lines above the one in which an offset lies, from below, one a call; none that begins too far away. */
function linesAbove(text: string, start: number): () => string | undefined {
  const top = Math.max(0, start - farthest)
  const feedBefore = (end: number) => (end <= top ? -1 : text.lastIndexOf('\n', end - 1))
  let end = feedBefore(start)
  return () => {
    if (end < top) return undefined
    const feed = feedBefore(end)
    const line = text.slice(Math.max(feed + 1, top), end)
    end = feed
    return line
  }
}

function blockAbove(last: string, above: () => string | undefined): string | undefined {
  const lines = [last]
  while (!lines[0]!.includes('/*')) {
    const line = above()
    if (line === undefined) return undefined
    lines.unshift(line)
  }
  if (!/^\s*\/\*/.test(lines[0]!)) return undefined
  return lines.map((line) => line.replace(/^\s*\/?\*+ ?/, '').replace(/\s*\*+\/\s*$/, '')).join('\n')
}

function shorten(comment: string | undefined): string | undefined {
  const paragraph = comment
    ?.trim()
    .split(/\n\s*\n|\n\s*@\w/)[0]
    ?.replace(/\s+/g, ' ')
    .trim()
  if (!paragraph || /^@\w/.test(paragraph)) return undefined
  return paragraph.length > longest ? `${paragraph.slice(0, longest - 1).toWellFormed()}…` : paragraph
}
