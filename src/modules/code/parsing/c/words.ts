import { readAggregate } from './aggregates'
import { behindAngles } from './angles'
import { addFunction, type Declaration, isMacro, type Read, restart, takeAsType } from './declaration'
import { oldStyleBody } from './declarators'
import { type Role, roleAt } from './keywords'
import { addFound, type Reader, type Scope } from './scopes'
import { literal, scope, signs, type Tokens, word } from './tokens'

const { semicolon, comma, equals, bracket, brace, parenthesis, less, colon } = signs

/** Reads a word, and with some words what follows them. */
export function readWord(reader: Reader, declaration: Declaration): void {
  const role = roleAt(reader.tokens, declaration.at)
  if (begins(reader.tokens, declaration.at, role) && isMacro(reader, declaration))
    beginAnew(reader, declaration)
  else if (role === 'plain' || isNameInC(reader.tokens, declaration, role)) readName(declaration)
  else readers[role](reader, declaration)
}

const beginners = new Set<Role>(['storage', 'specifier', 'extern', 'typedef', 'type', 'typeof', 'aggregate'])

/** A name behind which there is another one can only be a type. */
const begins = ({ kinds }: Tokens, at: number, role: Role): boolean =>
  role === 'plain' ? kinds[at + 1] === word || kinds[at + 1] === signs.star : beginners.has(role)

/** Behind a macro; or these are the parameters of a function without a type, from before 1989. */
function beginAnew(reader: Reader, declaration: Declaration): void {
  const { parameters, scope: around, at } = declaration
  const body = oldStyleBody(reader.tokens, parameters, around.to)
  if (body < 0) restart(declaration, at)
  else addFunction(reader, declaration, body)
}

/** `int class;`: keywords of C++ are names in C. */
const isNameInC = ({ kinds }: Tokens, { isTyped, name, isSettled, at }: Declaration, role: Role): boolean =>
  isTyped &&
  name < 0 &&
  !isSettled &&
  role !== 'type' &&
  role !== 'operator' &&
  (kinds[at + 1] === semicolon ||
    kinds[at + 1] === comma ||
    kinds[at + 1] === equals ||
    kinds[at + 1] === bracket)

function readName(declaration: Declaration): void {
  const at = declaration.at++
  if (declaration.isSettled) return
  if (declaration.isJoined) declaration.receiver = declaration.name
  else if (declaration.name >= 0) {
    declaration.isTyped = true
    declaration.previous = declaration.name
    declaration.receiver = -1
  }
  declaration.isJoined = false
  declaration.name = declaration.nameEnd = at
}

const readers: Record<Exclude<Role, 'plain'>, Read> = {
  specifier: pass,
  storage: pass,
  extern: readExtern,
  friend: (_reader, declaration) => readKind(declaration, 'friend'),
  typedef(_reader, declaration) {
    if (declaration.name >= 0) restart(declaration, declaration.at)
    readKind(declaration, 'typedef')
  },
  operand: ({ tokens }, declaration) => passOperand(tokens, declaration),
  typeof({ tokens }, declaration) {
    takeAsType(declaration)
    passOperand(tokens, declaration)
  },
  type(_reader, declaration) {
    takeAsType(declaration)
    declaration.at++
  },
  aggregate: readAggregate,
  namespace: readNamespace,
  template: readTemplate,
  using: readUsing,
  concept(_reader, declaration) {
    declaration.isTyped = true
    readKind(declaration, 'typedef')
  },
  operator: readOperator,
  access: readAccess,
  statement: readStatement,
  assertion: ({ tokens }, declaration) => passTo(tokens, declaration, semicolon),
}

function pass(_reader: Reader, declaration: Declaration): void {
  declaration.at++
}

function readKind(declaration: Declaration, kind: Declaration['kind']): void {
  declaration.kind = kind
  declaration.at++
}

/** Passes a word, and the parentheses behind it. */
function passOperand({ kinds, partners }: Tokens, declaration: Declaration): void {
  const next = declaration.at + 1
  declaration.at = kinds[next] === parenthesis ? partners[next]! + 1 : next
}

/** Nothing is declared before a sign. */
function passTo({ kinds, partners }: Tokens, declaration: Declaration, sign: number): void {
  let { at } = declaration
  while (at < declaration.scope.to && kinds[at] !== sign) at = partners[at]! + 1
  declaration.at = at + 1
  declaration.isEnded = true
}

/** `extern "C" {` is no scope of its own. */
function readExtern(reader: Reader, declaration: Declaration): void {
  const { kinds, partners } = reader.tokens
  const { at, scope: around } = declaration
  if (kinds[at + 1] === literal && kinds[at + 2] === brace) {
    openScope(reader, declaration, { ...around, from: at + 3, to: partners[at + 2]! })
  } else {
    declaration.kind = 'extern'
    declaration.at += kinds[at + 1] === literal ? 2 : 1
  }
}

/** `namespace a::b {`; what stands inside `namespace {` belongs to nothing. */
function readNamespace(reader: Reader, declaration: Declaration): void {
  const { kinds } = reader.tokens
  const { at: keyword, isTyped } = declaration
  const { name, nameEnd, at } = readNamespaceName(reader.tokens, keyword)
  if (isTyped) declaration.at++
  else if (kinds[at] !== brace) passTo(reader.tokens, declaration, semicolon)
  else {
    const end = reader.tokens.partners[at]!
    if (name >= 0) addFound(reader, 'namespace', { name, nameEnd, start: keyword, end, body: at })
    openScope(reader, declaration, { kind: 'namespace', name: '', from: at + 1, to: end })
  }
}

/** The last name, which others may be joined to, and the token behind it all. */
function readNamespaceName(tokens: Tokens, keyword: number): { name: number; nameEnd: number; at: number } {
  const { kinds, partners } = tokens
  let [name, nameEnd, at] = [-1, -1, keyword + 1]
  for (; isPartOfName(kinds[at]!); at = partners[at]! + 1) {
    if (kinds[at] !== word || roleAt(tokens, at) !== 'plain') continue
    if (kinds[at - 1] !== scope) name = at
    nameEnd = at
  }
  return { name, nameEnd, at }
}

const isPartOfName = (kind: number): boolean =>
  kind === word || kind === scope || kind === parenthesis || kind === bracket

/** What stands in braces is read later. */
function openScope(reader: Reader, declaration: Declaration, inside: Scope): void {
  reader.waiting.push(inside)
  declaration.at = inside.to + 1
  declaration.isEnded = true
}

/** `template <…>` begins a declaration; without parameters it makes an instance of one that is elsewhere. */
function readTemplate({ tokens }: Reader, declaration: Declaration): void {
  const { at, isJoined, isTyped, name, scope: around } = declaration
  if (isJoined) declaration.at++
  else if (tokens.kinds[at + 1] !== less) passTo(tokens, declaration, semicolon)
  else {
    if (name >= 0 || isTyped) restart(declaration, at)
    const behind = behindAngles(tokens, at + 1, around.to)
    declaration.at = behind < 0 ? at + 2 : behind
  }
}

/** `using Name = …`; other forms declare no new name. */
function readUsing(reader: Reader, declaration: Declaration): void {
  const { tokens } = reader
  const { at, start, name } = declaration
  passTo(tokens, declaration, semicolon)
  const isAlias = tokens.kinds[at + 1] === word && [equals, bracket].includes(tokens.kinds[at + 2]!)
  if (isAlias)
    addFound(reader, 'type', { name: at + 1, start: name < 0 ? start : at, end: declaration.at - 1 })
}

/** `operator ==`, `operator()`, `operator bool`: the name goes on to the parentheses of its parameters. */
function readOperator({ tokens: { kinds } }: Reader, declaration: Declaration): void {
  const { at, isSettled } = declaration
  const isCall = kinds[at + 1] === parenthesis && kinds[at + 2] === signs.closingParenthesis
  let open = isCall ? at + 3 : at + 2
  while (open < at + mostOfOperator && kinds[open] !== parenthesis && kinds[open] !== semicolon) open++
  readName(declaration)
  if (isSettled || kinds[open] !== parenthesis) return
  declaration.nameEnd = open - 1
  declaration.at = open
}

/** Tokens that the name of a conversion may have. */
const mostOfOperator = 12

/** `public:`, `public slots:`. */
function readAccess({ tokens: { kinds } }: Reader, declaration: Declaration): void {
  const { at } = declaration
  if (kinds[at + 1] === colon) restart(declaration, at + 2)
  else if (kinds[at + 1] === word && kinds[at + 2] === colon) restart(declaration, at + 3)
  else readName(declaration)
}

/** Statements stand outside of functions where braces were not understood. */
function readStatement({ tokens }: Reader, declaration: Declaration): void {
  passOperand(tokens, declaration)
  restart(declaration, declaration.at)
}
