const longest = 240
const lineComment = /^\s*(\/\/[/!]?|#(?!\[|!)|--)\s?(.*)$/

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
  return shorten(found ?? commentAbove(text, start))
}

function docstring(text: string, bodyStart: number, end: number): string | undefined {
  const body = text.slice(bodyStart, Math.min(end, bodyStart + 2000))
  return /^\s*[rRuU]?("""|''')([\s\S]*?)\1/.exec(body)?.[2]
}

function commentAbove(text: string, start: number): string | undefined {
  const lines = text.slice(Math.max(0, start - 4000), start).split('\n')
  lines.pop()
  while (/^\s*(@\w|#\[|\[\w)/.test(lines.at(-1) ?? '')) lines.pop()
  const last = lines.at(-1) ?? ''
  if (/\*\/\s*$/.test(last)) return blockAbove(lines)
  const found: string[] = []
  for (let line = lines.pop(); line !== undefined; line = lines.pop()) {
    const comment = lineComment.exec(line)
    if (!comment) break
    found.unshift(comment[2]!)
  }
  return found.length > 0 ? found.join('\n') : undefined
}

function blockAbove(lines: string[]): string | undefined {
  const from = lines.findLastIndex((line) => line.includes('/*'))
  if (from < 0 || !/^\s*\/\*/.test(lines[from]!)) return undefined
  return lines
    .slice(from)
    .map((line) => line.replace(/^\s*\/?\*+ ?/, '').replace(/\s*\*+\/\s*$/, ''))
    .join('\n')
}

function shorten(comment: string | undefined): string | undefined {
  const paragraph = comment
    ?.trim()
    .split(/\n\s*\n|\n\s*@\w/)[0]
    ?.replace(/\s+/g, ' ')
    .trim()
  if (!paragraph || /^@\w/.test(paragraph)) return undefined
  return paragraph.length > longest ? `${paragraph.slice(0, longest - 1)}…` : paragraph
}
