import { signs, type Tokens, word } from './tokens'

const { parenthesis, closingParenthesis, bracket, closingBracket, brace, closingBrace, semicolon } = signs

/** Finds each bracket's partner. What nothing closes ends with the braces around it, so that its harm stays inside them. */
export function pairBrackets(tokens: Tokens): void {
  const { kinds, partners, count } = tokens
  const open: number[] = []
  let braces = 0
  const pop = (partner: number) => {
    partners[open.pop()!] = partner
  }
  const topKind = () => kinds[open.at(-1) ?? count] ?? 0
  for (let at = 0; at < count; at++) {
    partners[at] = at
    switch (kinds[at]) {
      case brace:
        braces++
        open.push(at)
        break
      case parenthesis:
      case bracket:
        open.push(at)
        break
      case closingParenthesis:
      case closingBracket:
        if (open.length > 0 && topKind() === kinds[at]! - (kinds[at] === closingBracket ? 2 : 1)) pop(at)
        break
      case closingBrace:
        if (braces === 0) break
        while (topKind() !== brace) pop(at - 1)
        pop(at)
        braces--
        break
      case semicolon:
        if (braces === 0) while (open.length > 0 && !isLoop(tokens, open.at(-1)!)) pop(at - 1)
    }
  }
  while (open.length > 0) pop(count - 1)
}

/** `for (;;)` and its likes. */
const isLoop = ({ kinds, text, ends }: Tokens, opening: number): boolean =>
  opening > 0 &&
  kinds[opening - 1] === word &&
  /for$/i.test(text.slice(ends[opening - 1]! - 3, ends[opening - 1]))
