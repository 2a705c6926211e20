import { type Declaration, isValue, takeAsType } from './declaration'
import { roleAt } from './keywords'
import type { Reader } from './scopes'
import { scope, signs, type Tokens, word, wordAt } from './tokens'

/** Reads what stands in parentheses: parameters, a pointer to a function, a name in parentheses or the arguments of a macro. */
export function readParentheses({ tokens }: Reader, declaration: Declaration): void {
  const open = declaration.at
  const close = tokens.partners[open]!
  declaration.at = close + 1
  const star = starIn(tokens, open, close, declaration)
  if (star >= 0) readPointer(tokens, declaration, star, close)
  else if (isNameAlone(tokens, open, close) && !declaration.isSettled)
    nameFunction(declaration, open + 1, close + 1)
  else if (declaration.parameters >= 0) replaceMacro(tokens, declaration, open)
  else if (declaration.name >= 0) nameParameters(tokens, declaration, open, close)
}

/** The star of `(*name)(…)`, `(WINAPI *name)(…)`, `(Shop::*name)(…)`; -1 for other parentheses. */
function starIn({ kinds }: Tokens, open: number, close: number, { name, isSettled }: Declaration): number {
  if (isSettled) return -1
  let star = open + 1
  while (star < open + 5 && (kinds[star] === word || kinds[star] === scope)) star++
  if (star >= close || !isPointer(kinds[star]!)) return -1
  const next = kinds[close + 1]
  const isCalled = next === signs.parenthesis || (next === signs.bracket && star === open + 1)
  return isCalled || (name < 0 && star === open + 1) ? star : -1
}

export const isPointer = (kind: number): boolean =>
  kind === signs.star || kind === signs.ampersand || kind === signs.caret

/** Finds the name behind the star. What follows the parentheses are the pointer's parameters; the name may have its own. */
function readPointer(tokens: Tokens, declaration: Declaration, star: number, close: number): void {
  const { kinds, partners } = tokens
  takeAsType(declaration)
  declaration.isSettled = true
  for (let at = star + 1; at < Math.min(close, star + 12); at++) {
    const next = kinds[at + 1]
    if (kinds[at] !== word || next === word || next === scope || isPointer(next!)) continue
    declaration.name = declaration.nameEnd = at
    if (next === signs.parenthesis) declaration.parameters = at + 1
    break
  }
  if (kinds[close + 1] === signs.parenthesis) declaration.at = partners[close + 1]! + 1
}

/** `int (name)(…)`: parentheses against a macro of that name. */
const isNameAlone = ({ kinds }: Tokens, open: number, close: number): boolean =>
  close === open + 2 && kinds[open + 1] === word && kinds[close + 1] === signs.parenthesis

function nameFunction(declaration: Declaration, name: number, parameters: number): void {
  takeAsType(declaration)
  declaration.name = declaration.nameEnd = name
  declaration.at = parameters
}

/** Of `EXPORT(int) name(…)` the latter is meant, of `int name(…) ATTRIBUTE(1)` the former. */
function replaceMacro(tokens: Tokens, declaration: Declaration, open: number): void {
  const { isTyped, receiver, name, nameEnd } = declaration
  if (isTyped || receiver >= 0 || nameEnd > name) return
  const last = open - 1
  if (last !== tokens.partners[declaration.parameters]! + 1 || roleAt(tokens, last) !== 'plain') return
  declaration.isTyped = !isLoud(wordAt(tokens, last))
  declaration.name = declaration.nameEnd = last
  declaration.parameters = open
}

const isLoud = (name: string): boolean => /^[A-Z_\d]+$/.test(name)

/** Parameters, or what a macro is given in front of a declaration: `DEPRECATED("…") int name(…)`. */
function nameParameters(tokens: Tokens, declaration: Declaration, open: number, close: number): void {
  const { kinds } = tokens
  const next = kinds[close + 1]!
  if (isValue(kinds[open + 1]!) && (next === word || isPointer(next))) takeAsType(declaration)
  else {
    declaration.parameters = open
    declaration.isSettled = true
    if (isWrapped(tokens, declaration, close)) declaration.name = declaration.nameEnd = declaration.previous
  }
}

/** `int name PARAMS((int x))`: such macros left parameters out for old compilers. */
function isWrapped(tokens: Tokens, { name, previous, parameters }: Declaration, close: number): boolean {
  const { kinds, partners } = tokens
  const isDoubled = kinds[parameters + 1] === signs.parenthesis && partners[parameters + 1] === close - 1
  return isDoubled && previous >= 0 && isLoud(wordAt(tokens, name))
}

/** The body of a function whose parameters are declared behind them, as before 1989: `f(a) int a; {`; -1 when it is none. */
export function oldStyleBody(tokens: Tokens, parameters: number, to: number): number {
  const { kinds, partners } = tokens
  const close = partners[parameters]!
  if (kinds[close + 1] !== word || !areNames(tokens, parameters, close)) return -1
  for (let at = close + 1; at < Math.min(to, close + mostDeclared); at++) {
    if (kinds[at] === signs.semicolon && kinds[at + 1] === signs.brace) return at + 1
    if (kinds[at] === signs.parenthesis || kinds[at] === signs.bracket) at = partners[at]!
    else if (kinds[at] === signs.brace || kinds[at] === signs.equals) return -1
  }
  return -1
}

/** Tokens that such declarations may have. */
const mostDeclared = 200

function areNames({ kinds }: Tokens, open: number, close: number): boolean {
  if (close === open + 1) return false
  for (let at = open + 1; at < close; at++)
    if (kinds[at] !== ((at - open) % 2 === 1 ? word : signs.comma)) return false
  return true
}
