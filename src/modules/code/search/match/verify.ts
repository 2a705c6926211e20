import { fold } from '../fold'
import type { Atom, Node, Pattern, Query } from '../query/query'
import { type LineMatch, type Matcher, mergeMatches } from './line-match'
import { literalMatcher } from './literal'
import { containing, type Names, nameTest, possible } from './names'
import { regexMatcher } from './regex'

/** What a query is tested on. */
export interface Subject extends Names {
  /** Pieces of the text in order; all of them, or those that can match when the query has one text alone. */
  pieces: readonly { firstLine: number; text: string }[]
  symbols: readonly { name: string; line: number; column: number }[]
}

/** The lines that match, or null for a file that does not fit. A file that fits by its name alone has no lines. */
export type Verify = (subject: Subject) => LineMatch[] | null

/** True when the atoms about names (repository, path, language, branch) leave a chance to the file. */
export type FitsNames = (names: Names) => boolean

/** Makes the test of a query. Compiles every pattern once. */
export function verifierOf({ node, caseSensitive }: Query): { verify: Verify; fitsNames: FitsNames } {
  const test = testOf(node, caseSensitive)
  const decide = possible(node, caseSensitive)
  return {
    verify(subject) {
      const lists = test(subject)
      return lists && mergeMatches(lists.length > 0 ? lists : [[]])
    },
    fitsNames: (names) => decide(names) !== false,
  }
}

/** The matches of every positive text or symbol, or null when the node does not hold. */
type Test = (subject: Subject) => LineMatch[][] | null

function testOf(node: Node, caseSensitive: boolean): Test {
  if (node.kind === 'not') {
    const inner = testOf(node.node, caseSensitive)
    return (subject) => (inner(subject) ? null : [])
  }
  if (!('nodes' in node)) return atomTest(node, caseSensitive)
  // Names are cheaper to test than texts.
  const tests = node.nodes
    .toSorted((a, b) => costOf(a) - costOf(b))
    .map((inner) => testOf(inner, caseSensitive))
  return node.kind === 'all' ? (subject) => allOf(tests, subject) : (subject) => someOf(tests, subject)
}

const costOf = (node: Node): number =>
  'nodes' in node
    ? Math.max(...node.nodes.map(costOf))
    : node.kind === 'not'
      ? costOf(node.node)
      : node.kind === 'text'
        ? 2
        : node.kind === 'symbol'
          ? 1
          : 0

function allOf(tests: Test[], subject: Subject): LineMatch[][] | null {
  const lists: LineMatch[][] = []
  for (const test of tests) {
    const found = test(subject)
    if (!found) return null
    lists.push(...found)
  }
  return lists
}

function someOf(tests: Test[], subject: Subject): LineMatch[][] | null {
  const lists = tests.map((test) => test(subject)).filter((found) => found !== null)
  return lists.length > 0 ? lists.flat() : null
}

function atomTest(atom: Atom, caseSensitive: boolean): Test {
  if (atom.kind === 'text') return textTest(matcherOf(atom.pattern, caseSensitive))
  if (atom.kind === 'symbol') return symbolTest(containing(atom.pattern, caseSensitive), atom.pattern)
  const holds = nameTest(atom, caseSensitive)
  return (subject) => (holds(subject) ? [] : null)
}

/** Finds the lines that a pattern matches. */
export const matcherOf = (pattern: Pattern, caseSensitive: boolean): Matcher =>
  'literal' in pattern
    ? literalMatcher(pattern.literal, caseSensitive)
    : regexMatcher(pattern.regex, caseSensitive)

function textTest(matcher: Matcher): Test {
  return ({ pieces }) => {
    const matches = pieces.flatMap(({ firstLine, text }) => matcher(text, firstLine))
    return matches.length > 0 ? [matches] : null
  }
}

function symbolTest(contains: (name: string) => boolean, pattern: Pattern): Test {
  return ({ symbols, pieces }) => {
    const found = symbols.filter(({ name }) => contains(name))
    if (found.length === 0) return null
    const matches = found.map(({ name, line, column }): LineMatch => {
      const within = 'literal' in pattern ? Math.max(0, fold(name).indexOf(fold(pattern.literal))) : 0
      const length = 'literal' in pattern ? pattern.literal.length : name.length
      const start = column - 1 + within
      return { line, text: lineAt(pieces, line), ranges: [[start, start + length]] }
    })
    return [mergeMatches([matches, []])]
  }
}

function lineAt(pieces: Subject['pieces'], line: number): string {
  const piece = pieces.findLast(({ firstLine }) => firstLine <= line)
  return piece?.text.split('\n', line - piece.firstLine + 1)[line - piece.firstLine]?.replace(/\r$/, '') ?? ''
}
