/** What tokens are besides single signs, whose kind is their character. `arrow` is `->`, `scope` is `::`. */
export const [word, number, literal, scope, arrow] = [1, 2, 3, 4, 5]

/** The kinds of signs. */
export const signs = {
  parenthesis: 40,
  closingParenthesis: 41,
  star: 42,
  comma: 44,
  minus: 45,
  colon: 58,
  semicolon: 59,
  less: 60,
  equals: 61,
  greater: 62,
  bracket: 91,
  closingBracket: 93,
  caret: 94,
  ampersand: 38,
  brace: 123,
  closingBrace: 125,
  tilde: 126,
}

/** The tokens of a text, without comments and preprocessor lines: columns, as objects would cost more than the scan. */
export interface Tokens {
  text: string
  count: number
  kinds: Uint8Array
  /** Offsets. */
  starts: Int32Array
  ends: Int32Array
  /** Of an opening bracket the token that closes it, or the last one inside where nothing does; of another token itself. */
  partners: Int32Array
}

type Columns = Pick<Tokens, 'kinds' | 'starts' | 'ends' | 'partners'>

const columnsOf = (size: number): Columns => ({
  kinds: new Uint8Array(size),
  starts: new Int32Array(size),
  ends: new Int32Array(size),
  partners: new Int32Array(size),
})

/** Kept for the next text: one is read after the other. */
let columns = columnsOf(1 << 16)

/** Tokens behind the last one that are looked at: they are of no kind. */
const ahead = 16

export const openTokens = (text: string): Tokens => ({ text, count: 0, ...columns })

export function addToken(tokens: Tokens, kind: number, start: number, end: number): void {
  const at = tokens.count++
  if (at + ahead >= tokens.kinds.length) widen(tokens)
  tokens.kinds[at] = kind
  tokens.starts[at] = start
  tokens.ends[at] = end
}

function widen(tokens: Tokens): void {
  const { kinds, starts, ends } = tokens
  columns = columnsOf(kinds.length * 2)
  columns.kinds.set(kinds)
  columns.starts.set(starts)
  columns.ends.set(ends)
  Object.assign(tokens, columns)
}

/** There are no more tokens: those of the text before are not to be seen. */
export function closeTokens({ kinds, count }: Tokens): void {
  kinds.fill(0, count, count + ahead)
}

export const wordAt = ({ text, starts, ends }: Tokens, at: number): string => text.slice(starts[at], ends[at])
