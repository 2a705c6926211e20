/** What can begin a line of an env file; the value may be quoted and then go over several lines. */
const assignment = /^\s*(?:export\s+)?[A-Za-z_][\w.-]*\s*=\s*(.*)$/

/** Numbers, from 1, of the lines that set nothing though they are neither empty nor comments: garbage, or a quote that never ends. */
export function oddLines(text: string): number[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  const odd: number[] = []
  for (let i = 0; i < lines.length; i++) {
    if (/^\s*(#|$)/.test(lines[i]!)) continue
    const value = assignment.exec(lines[i]!)?.[1]
    const end = value === undefined ? undefined : endOfValue(lines, i, value)
    if (end === undefined) odd.push(i + 1)
    else i = end
  }
  return odd
}

/** Index of the line on which the value ends; undefined when its quote does not. */
function endOfValue(lines: string[], at: number, value: string): number | undefined {
  const quote = /^['"`]/.exec(value)?.[0]
  if (quote === undefined || value.slice(1).includes(quote)) return at
  const more = lines.slice(at + 1).findIndex((line) => line.includes(quote))
  return more < 0 ? undefined : at + 1 + more
}
