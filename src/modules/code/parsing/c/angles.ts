import { signs, type Tokens } from './tokens'

/** Tokens that a list of template arguments may have. */
const longest = 400

/** Behind the `>` that closes the `<` at `at`; -1 when it closes nowhere before `to`, and is a comparison. */
export function behindAngles({ kinds, partners }: Tokens, at: number, to: number): number {
  let depth = 0
  for (let next = at; next < Math.min(to, at + longest); next++) {
    switch (kinds[next]) {
      case signs.less:
        depth++
        break
      case signs.greater:
        if (--depth === 0) return next + 1
        break
      case signs.parenthesis:
      case signs.bracket:
      case signs.brace:
        next = partners[next]!
        break
      case signs.semicolon:
      case signs.closingBrace:
        return -1
    }
  }
  return -1
}
