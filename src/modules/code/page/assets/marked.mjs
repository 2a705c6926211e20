import { make } from './elements.mjs'

/** Text with its matches marked; `columns` count from 1, `from` is the column of the first character. */
export function marked(text, columns, from = 1) {
  const parts = []
  let end = 0
  for (const [first, behind] of columns) {
    const [start, stop] = [first - from, Math.min(behind - from, text.length)]
    if (start < end || start >= text.length) continue
    parts.push(text.slice(end, start), make('mark', {}, text.slice(start, stop)))
    end = stop
  }
  return [...parts, text.slice(end)]
}
