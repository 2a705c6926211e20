const longest = 200
const lead = 60

/** A line as an answer shows it: no blanks around it, and a long one cut to what surrounds the first match. */
export function lineText(text: string, [start]: readonly [number, number]): string {
  const trimmed = text.trim()
  if (trimmed.length <= longest) return trimmed
  const at = Math.max(0, start - (text.length - text.trimStart().length))
  const from = at < longest - lead ? 0 : wholeCharacter(trimmed, at - lead)
  const to = wholeCharacter(trimmed, from + longest)
  return `${from > 0 ? '…' : ''}${trimmed.slice(from, to)}${to < trimmed.length ? '…' : ''}`
}

/** Not between the halves of a surrogate pair. */
function wholeCharacter(text: string, at: number): number {
  const unit = text.charCodeAt(at)
  return unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at
}
