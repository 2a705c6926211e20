/*
 * Reads just as much of RE2's syntax as finding required literals takes; the pattern has been compiled before, so it is sound. Whatever is not
 * understood is `any`, which asks for nothing: then more candidates are read, never fewer.
 */

/** What a regex is made of. Groups are what they hold; flags are passed over, for letter case is folded anyway. */
export type RegexNode =
  | { kind: 'text'; characters: string[] }
  | { kind: 'all'; nodes: RegexNode[] }
  | { kind: 'one'; nodes: RegexNode[] }
  | { kind: 'repeat'; node: RegexNode; least: number; once: boolean }
  | { kind: 'nothing' }
  | { kind: 'any' }

/** Larger classes ask for nothing. */
const mostOfClass = 4

interface Source {
  text: string
  at: number
}

/** The tree of a pattern. */
export const parseRegex = (pattern: string): RegexNode => readAlternatives({ text: pattern, at: 0 })

function readAlternatives(source: Source): RegexNode {
  const nodes = [readSequence(source)]
  while (source.text[source.at] === '|') {
    source.at++
    nodes.push(readSequence(source))
  }
  return nodes.length === 1 ? nodes[0]! : { kind: 'one', nodes }
}

function readSequence(source: Source): RegexNode {
  const nodes: RegexNode[] = []
  while (source.at < source.text.length && !'|)'.includes(source.text[source.at]!)) {
    const node = readPart(source)
    const repeated = readRepeat(source, node)
    nodes.push(repeated)
  }
  return nodes.length === 1 ? nodes[0]! : { kind: 'all', nodes }
}

function readRepeat(source: Source, node: RegexNode): RegexNode {
  const found = /^(?:([*+?])|\{(\d+)(,(\d*))?\})\??/.exec(source.text.slice(source.at, source.at + 20))
  if (!found) return node
  source.at += found[0].length
  const least = found[1] ? (found[1] === '+' ? 1 : 0) : Number(found[2])
  const most = found[1] ? (found[1] === '?' ? 1 : 2) : found[3] ? Number(found[4] || 2) : least
  return { kind: 'repeat', node, least, once: most <= 1 }
}

function readPart(source: Source): RegexNode {
  const character = source.text[source.at]!
  if (character === '(') return readGroup(source)
  if (character === '[') return readClass(source)
  if (character === '\\') return readEscape(source)
  source.at++
  if (character === '.') return { kind: 'any' }
  if (character === '^' || character === '$') return { kind: 'nothing' }
  const low = source.text.charCodeAt(source.at)
  const isPair = character >= '\ud800' && character <= '\udbff' && low >= 0xdc00 && low <= 0xdfff
  return { kind: 'text', characters: [isPair ? character + source.text[source.at++]! : character] }
}

function readGroup(source: Source): RegexNode {
  const opening = /^\((?:\?(?:P?<\w+>|[a-zA-Z-]*[:)]))?/.exec(source.text.slice(source.at))!
  source.at += opening[0].length
  if (opening[0].endsWith(')')) return { kind: 'nothing' }
  const node = readAlternatives(source)
  source.at++
  return node
}

const controls: Record<string, string> = { t: '\t', r: '\r', f: '\f', v: '\v', a: '\x07', n: '\n' }

function readEscape(source: Source): RegexNode {
  const rest = source.text.slice(source.at)
  const quoted = /^\\Q([\s\S]*?)(?:\\E|$)/.exec(rest)
  if (quoted) {
    source.at += quoted[0].length
    // What repeats is the last character of it alone.
    if (/[*+?{]/.test(source.text[source.at] ?? '')) return { kind: 'any' }
    return { kind: 'all', nodes: [...quoted[1]!].map((c) => ({ kind: 'text', characters: [c] })) }
  }
  const code = /^\\x(?:\{([0-9a-fA-F]+)\}|([0-9a-fA-F]{2}))/.exec(rest)
  if (code) {
    source.at += code[0].length
    return { kind: 'text', characters: [String.fromCodePoint(Number.parseInt(code[1] ?? code[2]!, 16))] }
  }
  const named = /^\\[pP](?:\{[^}]*\}|.)/.exec(rest)
  const octal = /^\\[0-7]{1,3}/.exec(rest)
  source.at += (named ?? octal)?.[0].length ?? 2
  if (named || octal) return { kind: 'any' }
  return escaped(rest[1] ?? '')
}

function escaped(letter: string): RegexNode {
  if (Object.hasOwn(controls, letter)) return { kind: 'text', characters: [controls[letter]!] }
  if ('bBAzZ'.includes(letter)) return { kind: 'nothing' }
  return /\w/.test(letter) ? { kind: 'any' } : { kind: 'text', characters: [letter] }
}

/** A class of single characters; one with ranges, escapes or a `^` is `any`. */
function readClass(source: Source): RegexNode {
  const start = source.at
  let at = start + 1
  if (source.text[at] === '^') at++
  if (source.text[at] === ']') at++
  while (at < source.text.length && source.text[at] !== ']') at = afterClassItem(source.text, at)
  source.at = at + 1
  const characters = [...source.text.slice(start + 1, at)]
  const plain = !/[\\^[\]-]/.test(source.text.slice(start + 1, at))
  return plain && characters.length <= mostOfClass && characters.length > 0
    ? { kind: 'text', characters }
    : { kind: 'any' }
}

function afterClassItem(text: string, at: number): number {
  if (text.startsWith('[:', at)) {
    const end = text.indexOf(':]', at)
    if (end > 0) return end + 2
  }
  return text[at] === '\\' ? at + 2 : at + 1
}
