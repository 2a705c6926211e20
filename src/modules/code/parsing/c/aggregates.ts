import { behindAngles } from './angles'
import { type Declaration, isValue, takeAsType } from './declaration'
import { roleAt } from './keywords'
import { addFound, type Reader } from './scopes'
import { scope, signs, type Tokens, word, wordAt } from './tokens'

/** Reads `struct`, `class`, `union` and `enum`: with a body they define something, else they are part of a type. */
export function readAggregate(reader: Reader, declaration: Declaration): void {
  const { tokens } = reader
  const keyword = wordAt(tokens, declaration.at)
  const { name, body } = readHead(tokens, declaration)
  if (body < 0 || declaration.isSettled) {
    declaration.at++
    return
  }
  const end = tokens.partners[body]!
  const kind = keyword === 'union' ? 'struct' : keyword === '__interface' ? 'class' : keyword
  const start =
    reader.tokens.kinds[declaration.start] === word && roleAt(tokens, declaration.start) === 'template'
      ? declaration.start
      : declaration.at
  if (name >= 0) addFound(reader, kind, { name, start, end, body })
  if (kind === 'enum') addEnumerators(reader, body + 1, end)
  else
    reader.waiting.push({
      kind: 'class',
      name: name < 0 ? '' : wordAt(tokens, name),
      from: body + 1,
      to: end,
    })
  takeAsType(declaration)
  declaration.at = end + 1
}

interface Head {
  name: number
  /** The opening brace; -1 when it defines nothing. */
  body: number
}

const noHead: Head = { name: -1, body: -1 }

/** The last word before the body or the bases is the name; macros may stand before it. */
function readHead(tokens: Tokens, { at: keyword, scope: { to } }: Declaration): Head {
  const { kinds, partners } = tokens
  let name = -1
  for (let at = keyword + 1; at < to; at++) {
    switch (kinds[at]) {
      case word: {
        const role = roleAt(tokens, at)
        if (role === 'plain') {
          if (kinds[at + 1] === signs.parenthesis && name >= 0) return noHead
          name = at
        } else if (role === 'aggregate' && at > keyword + 1) return noHead
        break
      }
      case scope:
        break
      case signs.parenthesis:
        if (name === at - 1) name = -1
        at = partners[at]!
        break
      case signs.bracket:
        at = partners[at]!
        break
      case signs.less:
        at = behindAngles(tokens, at, to) - 1
        if (at < 0) return noHead
        break
      case signs.brace:
        return { name, body: at }
      case signs.colon:
        return { name, body: behindBases(tokens, at, to) }
      default:
        return noHead
    }
  }
  return noHead
}

/** Tokens that bases may have. */
const mostBases = 1000

/** The brace behind base classes, or behind the type of an enum; -1 for the width of a field. */
function behindBases({ kinds, partners }: Tokens, colon: number, to: number): number {
  if (isValue(kinds[colon + 1]!)) return -1
  for (let at = colon + 1; at < Math.min(to, colon + mostBases); at++) {
    const kind = kinds[at]!
    if (kind === signs.brace) return at
    if (kind === signs.semicolon || kind === signs.equals) return -1
    if (kind === signs.parenthesis) at = partners[at]!
  }
  return -1
}

/** Each name at the beginning or behind a comma; a macro there with arguments stands for others. */
function addEnumerators(reader: Reader, from: number, to: number): void {
  const { kinds, partners } = reader.tokens
  let name = -1
  for (let at = from; at <= to; at++) {
    const kind = kinds[at]!
    if (kind === word && name < 0 && kinds[at + 1] !== signs.parenthesis) name = at
    else if (kind === signs.comma || at === to) {
      if (name >= 0) addFound(reader, 'enum_member', { name, start: name, end: at - 1 })
      name = -1
    } else if (kind === signs.parenthesis || kind === signs.bracket || kind === signs.brace)
      at = partners[at]!
  }
}
