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

let [kinds, starts, ends, partners] = columnsOf(1 << 16)

function columnsOf(size: number): [Uint8Array, Int32Array, Int32Array, Int32Array] {
  return [new Uint8Array(size), new Int32Array(size), new Int32Array(size), new Int32Array(size)]
}

/** No tokens yet, with room for all that the text can have. The room is the same for every text: one is read after the other. */
export function openTokens(text: string): Tokens {
  if (kinds.length <= text.length) [kinds, starts, ends, partners] = columnsOf(text.length * 2)
  return { text, count: 0, kinds, starts, ends, partners }
}

export function addToken(tokens: Tokens, kind: number, start: number, end: number): void {
  const at = tokens.count++
  tokens.kinds[at] = kind
  tokens.starts[at] = start
  tokens.ends[at] = end
}

export const wordAt = ({ text, starts, ends }: Tokens, at: number): string => text.slice(starts[at], ends[at])
