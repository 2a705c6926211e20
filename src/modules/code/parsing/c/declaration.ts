import { addFound, type Reader, type Scope } from './scopes'
import { literal, number, type Tokens, word, wordAt } from './tokens'

/** A declaration as far as it is read. Numbers are those of tokens, -1 for none. */
export interface Declaration {
  scope: Scope
  kind: 'plain' | 'extern' | 'friend' | 'typedef'
  start: number
  /** The next one to read. */
  at: number
  /** What the present declarator may declare: the last plain word, where no parameters follow it. */
  name: number
  nameEnd: number
  /** The plain word before it. */
  previous: number
  receiver: number
  /** The opening parenthesis of its parameters. */
  parameters: number
  /** The name stands: words behind it are attributes. */
  isSettled: boolean
  /** Something before the name may be its type. */
  isTyped: boolean
  /** A `::` stands before what comes. */
  isJoined: boolean
  hasValue: boolean
  isEnded: boolean
  declarators: Declarator[]
}

/** Reads what a declaration goes on with, and moves it on. */
export type Read = (reader: Reader, declaration: Declaration) => void

export type Declarator = Pick<Declaration, 'name' | 'nameEnd' | 'receiver' | 'parameters' | 'hasValue'>

const noName = {
  name: -1,
  nameEnd: -1,
  previous: -1,
  receiver: -1,
  parameters: -1,
  isJoined: false,
  isSettled: false,
  hasValue: false,
}

export const openDeclaration = (scope: Scope, at: number): Declaration => ({
  ...noName,
  scope,
  kind: 'plain',
  start: at,
  at,
  isTyped: false,
  isEnded: false,
  declarators: [],
})

/** What was read so far was none, such as a macro that stands alone: the declaration begins at `at`. */
export function restart(declaration: Declaration, at: number): void {
  Object.assign(declaration, openDeclaration(declaration.scope, at))
}

/** What looked like the name was its type. */
export function takeAsType(declaration: Declaration): void {
  if (declaration.isSettled) return
  declaration.isTyped = true
  Object.assign(declaration, noName)
}

/** What follows was not understood: nothing more is declared. */
export function stopDeclaring(declaration: Declaration): void {
  Object.assign(declaration, noName, { isTyped: false })
}

/** Ends a declarator: another one of the same type may follow. */
export function closeDeclarator(reader: Reader, declaration: Declaration): void {
  if (isMacro(reader, declaration)) takeLastWord(reader.tokens, declaration)
  const { name, nameEnd, receiver, parameters, hasValue } = declaration
  if (name >= 0 && declares(reader.tokens, declaration))
    declaration.declarators.push({ name, nameEnd, receiver, parameters, hasValue })
  Object.assign(declaration, noName)
}

/** `STACK_OF(Shop) shops`: such a macro is a type. */
function takeLastWord({ kinds, partners }: Tokens, declaration: Declaration): void {
  const last = partners[declaration.parameters]! + 1
  if (kinds[last] !== word || declaration.at !== last + 1) return
  Object.assign(declaration, noName, { name: last, nameEnd: last, isTyped: true })
}

/** What looked like a function is a macro with arguments, and what comes begins anew. */
export const isMacro = ({ tokens }: Reader, declaration: Declaration): boolean =>
  declaration.parameters >= 0 && !declares(tokens, declaration)

/** A name without a type declares only what needs none: constructors, destructors and conversions. Others are macros. */
function declares(
  tokens: Tokens,
  { isTyped, parameters, name, nameEnd, receiver, scope }: Declaration,
): boolean {
  if (isTyped) return true
  if (parameters < 0) return false
  return receiver >= 0 || nameEnd > name || (scope.name !== '' && wordAt(tokens, name) === scope.name)
}

/** Ends the declaration at the semicolon `end`. */
export function endDeclaration(reader: Reader, declaration: Declaration, end: number): void {
  closeDeclarator(reader, declaration)
  for (const declarator of declaration.declarators) {
    const kind = kindOf(reader.tokens, declaration, declarator)
    if (kind) addFound(reader, kind, { ...declarator, start: declaration.start, end })
  }
  declaration.isEnded = true
}

function kindOf(tokens: Tokens, { kind, scope }: Declaration, declarator: Declarator): string | undefined {
  if (kind === 'typedef') return 'type'
  if (kind === 'friend' || scope.kind === 'body') return undefined
  if (declarator.parameters >= 0 && !isConstructed(tokens, declarator))
    return scope.kind === 'class' ? 'method' : 'declaration'
  if (scope.kind === 'class') return 'field'
  return kind === 'extern' && !declarator.hasValue ? 'declaration' : 'variable'
}

/** `Shop shop(3)`: no type begins with a number or a string. */
const isConstructed = ({ kinds }: Tokens, { parameters }: Declarator): boolean =>
  isValue(kinds[parameters + 1]!)

export const isValue = (kind: number): boolean => kind === number || kind === literal

/** Adds the function whose body begins at `body`. */
export function addFunction(reader: Reader, declaration: Declaration, body: number): void {
  const end = reader.tokens.partners[body]!
  reader.waiting.push({ kind: 'body', name: '', from: body + 1, to: end })
  addFound(reader, 'function', { ...declaration, end, body })
  declaration.at = end + 1
  declaration.isEnded = true
}
