import type { Found } from '../../symbols/found'
import { type Role, roleAt } from './keywords'
import type { Include } from './preprocessor'
import { readDeclaration } from './read-declaration'
import type { Reader, Scope } from './scopes'
import { tokenize } from './tokenize'
import { signs, type Tokens, word } from './tokens'

/** What a C or C++ text defines, outermost first, and includes. */
export interface Scanned {
  found: Found[]
  includes: Include[]
}

/**
 * Reads C and C++ as universal-ctags does: declarations alone, by their tokens, bodies of functions passed over. A grammar needs the preprocessor to be run first;
 * without it headers are mostly errors to one. Time and memory are linear in the length of the text.
 */
export function scan(text: string): Scanned {
  const { tokens, macros, includes } = tokenize(text)
  const reader: Reader = {
    tokens,
    found: [],
    waiting: [{ kind: 'namespace', name: '', from: 0, to: tokens.count }],
  }
  for (let scope = reader.waiting.pop(); scope; scope = reader.waiting.pop())
    if (scope.kind === 'body') readBody(reader, scope)
    else for (let at = scope.from; at < scope.to; ) at = readDeclaration(reader, scope, at)
  const found = [...macros, ...reader.found]
  return {
    found: found.sort((a, b) => a.start - b.start || b.end - a.end || a.nameStart - b.nameStart),
    includes,
  }
}

/** Of what a function declares only types count. */
function readBody(reader: Reader, body: Scope): void {
  const { tokens } = reader
  for (let at = body.from; at < body.to; )
    at = beginsType(tokens, at) ? readDeclaration(reader, body, at) : at + 1
}

const beginsType = (tokens: Tokens, at: number): boolean =>
  tokens.kinds[at] === word && typeWords.has(roleAt(tokens, at)) && isBeginning(tokens, at - 1)

const typeWords = new Set<Role>(['aggregate', 'typedef', 'using'])

/** Behind a statement, or behind `static` and its like. */
const isBeginning = (tokens: Tokens, before: number): boolean => {
  const kind = tokens.kinds[before]
  if (kind === word) return /^(storage|specifier)$/.test(roleAt(tokens, before))
  return kind === signs.semicolon || kind === signs.brace || kind === signs.closingBrace
}
