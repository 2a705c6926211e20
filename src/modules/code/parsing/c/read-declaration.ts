import { behindAngles } from './angles'
import {
  addFunction,
  closeDeclarator,
  type Declaration,
  endDeclaration,
  isMacro,
  openDeclaration,
  type Read,
  restart,
  stopDeclaring,
  takeAsType,
} from './declaration'
import { oldStyleBody, readParentheses } from './declarators'
import type { Reader, Scope } from './scopes'
import { scope, signs, word } from './tokens'
import { readWord } from './words'

/** Reads one declaration, or what looks like one, from `from` on; returns where the next one begins. */
export function readDeclaration(reader: Reader, around: Scope, from: number): number {
  const declaration = openDeclaration(around, from)
  while (declaration.at < around.to && !declaration.isEnded) {
    const read = readers[reader.tokens.kinds[declaration.at]!]
    if (read) read(reader, declaration)
    else declaration.at++
  }
  return declaration.at
}

const readers: { [kind: number]: Read | undefined } = {
  [word]: readWord,
  [scope](_reader, declaration) {
    if (!declaration.isSettled) declaration.isJoined = true
    declaration.at++
  },
  [signs.parenthesis]: readParentheses,
  [signs.bracket]: readBrackets,
  [signs.brace]: readBraces,
  [signs.semicolon]: readEnd,
  [signs.comma](reader, declaration) {
    closeDeclarator(reader, declaration)
    declaration.at++
  },
  [signs.equals](reader, declaration) {
    declaration.hasValue = true
    passValue(reader, declaration)
  },
  [signs.colon]: readColon,
  [signs.less]: readAngles,
  [signs.greater](_reader, declaration) {
    stopDeclaring(declaration)
    declaration.at++
  },
  [signs.star]: readStar,
  [signs.ampersand]: readStar,
  [signs.caret]: readStar,
  [signs.tilde]: readDestructor,
  [signs.closingBrace]: (_reader, declaration) => restart(declaration, declaration.at + 1),
}

/** The size of an array, or an attribute. */
function readBrackets({ tokens: { kinds, partners } }: Reader, declaration: Declaration): void {
  const { at, name } = declaration
  if (name >= 0 && kinds[at + 1] !== signs.bracket) declaration.isSettled = true
  declaration.at = partners[at]! + 1
}

/** `STACK_OF(Shop) *shops`: such a macro is a type. */
function readStar(reader: Reader, declaration: Declaration): void {
  const isBehindMacro = reader.tokens.partners[declaration.parameters] === declaration.at - 1
  if (isBehindMacro && isMacro(reader, declaration)) declaration.isSettled = false
  takeAsType(declaration)
  declaration.at++
}

/** The body of a function, a value, or braces of something that is not understood. */
function readBraces(reader: Reader, declaration: Declaration): void {
  const { kinds, partners } = reader.tokens
  const { at, name, parameters, isTyped } = declaration
  if (parameters >= 0) addFunction(reader, declaration, at)
  else {
    declaration.at = partners[at]! + 1
    const next = kinds[declaration.at]
    const isValue = name >= 0 && isTyped && (next === signs.semicolon || next === signs.comma)
    declaration.isEnded = !isValue
  }
}

function readEnd(reader: Reader, declaration: Declaration): void {
  const { at, parameters, scope: around } = declaration
  const body = parameters < 0 ? -1 : oldStyleBody(reader.tokens, parameters, around.to)
  if (body >= 0) addFunction(reader, declaration, body)
  else {
    endDeclaration(reader, declaration, at)
    declaration.at++
  }
}

/** `= 3`, `= default`: goes on at the comma or semicolon behind it. */
function passValue({ tokens }: Reader, declaration: Declaration): void {
  const { kinds, partners } = tokens
  let at = declaration.at + 1
  while (at < declaration.scope.to && kinds[at] !== signs.comma && kinds[at] !== signs.semicolon) {
    const isList = kinds[at] === signs.less && kinds[at - 1] === word
    const behind = isList ? behindAngles(tokens, at, declaration.scope.to) : -1
    at = behind < 0 ? partners[at]! + 1 : behind
  }
  declaration.at = at
}

/** The width of a field, what a constructor begins with, or a label. */
function readColon(reader: Reader, declaration: Declaration): void {
  const { parameters, isTyped, scope: around, at } = declaration
  if (parameters >= 0) passInitializers(reader, declaration)
  else if (isTyped && around.kind === 'class') passValue(reader, declaration)
  else restart(declaration, at + 1)
}

/** `: a(1), b{2} {`: braces behind a name belong to a member, others are the body. */
function passInitializers({ tokens: { kinds, partners } }: Reader, declaration: Declaration): void {
  let at = declaration.at + 1
  for (; at < declaration.scope.to && kinds[at] !== signs.semicolon; at = partners[at]! + 1)
    if (kinds[at] === signs.brace && kinds[at - 1] !== word && kinds[at - 1] !== signs.greater) break
  declaration.at = at
}

function readAngles({ tokens }: Reader, declaration: Declaration): void {
  const behind = declaration.name < 0 ? -1 : behindAngles(tokens, declaration.at, declaration.scope.to)
  declaration.at = behind < 0 ? declaration.at + 1 : behind
}

function readDestructor({ tokens: { kinds } }: Reader, declaration: Declaration): void {
  const { at, isJoined, name } = declaration
  declaration.at++
  if (kinds[at + 1] !== word || declaration.isSettled) return
  declaration.receiver = isJoined ? name : -1
  declaration.isJoined = false
  declaration.name = at
  declaration.nameEnd = at + 1
  declaration.at++
}
