const longest = 200
const lead = 60

/** What an answer shows of a line, and the column (from 1) of its first character, a `…` that stands for what was left out included. */
export interface ShownLine {
  text: string
  text_from: number
}

/** A line as an answer shows it: no blanks around it, and a long one cut to what surrounds the first match. */
export function lineText(line: string, [start]: readonly [number, number]): ShownLine {
  const trimmed = line.trim()
  const indent = line.length - line.trimStart().length
  if (trimmed.length <= longest) return { text: trimmed, text_from: indent + 1 }
  const at = Math.max(0, start - indent)
  const from = at < longest - lead ? 0 : wholeCharacter(trimmed, at - lead)
  const to = wholeCharacter(trimmed, from + longest)
  const text = `${from > 0 ? '…' : ''}${trimmed.slice(from, to)}${to < trimmed.length ? '…' : ''}`
  return { text, text_from: indent + from + (from > 0 ? 0 : 1) }
}

/** Not between the halves of a surrogate pair. */
function wholeCharacter(text: string, at: number): number {
  const unit = text.charCodeAt(at)
  return unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at
}
