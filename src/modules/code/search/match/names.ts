import { fold } from '../fold'
import type { Atom, Node, Pattern } from '../query/query'
import { compileRegex } from '../regex/compile'
import { compileGlob } from './glob'
import { languageNamed } from './language'

/** What is known of a file before its text is read. */
export interface Names {
  repository: string
  branch: string | null
  path: string
  language: string
}

/** The test of an atom about names. */
export function nameTest({ kind, pattern }: Atom, caseSensitive: boolean): (names: Names) => boolean {
  if (kind === 'file') {
    const fits = pathTest(pattern, caseSensitive)
    return ({ path }) => fits(path)
  }
  if (kind === 'lang') return languageTest(pattern)
  const contains = containing(pattern, false)
  return kind === 'repo'
    ? ({ repository }) => contains(repository)
    : ({ branch }) => branch !== null && contains(branch)
}

/** A glob when it has `*`, `?`, `[` or `{`; a part of the path otherwise. */
export function pathTest(pattern: Pattern, caseSensitive: boolean): (path: string) => boolean {
  if ('regex' in pattern || !/[*?[{]/.test(pattern.literal)) return containing(pattern, caseSensitive)
  const regex = compileGlob(pattern.literal, caseSensitive)
  return (path) => regex.test(path)
}

/** True for texts that have the pattern in them. */
export function containing(pattern: Pattern, caseSensitive: boolean): (text: string) => boolean {
  if ('regex' in pattern) {
    const regex = compileRegex(pattern.regex, caseSensitive)
    return (text) => regex.test(text)
  }
  if (caseSensitive) return (text) => text.includes(pattern.literal)
  const folded = fold(pattern.literal)
  return (text) => fold(text).includes(folded)
}

function languageTest(pattern: Pattern): (names: Names) => boolean {
  if ('regex' in pattern) {
    const contains = containing(pattern, false)
    return ({ language }) => contains(language)
  }
  const name = languageNamed(pattern.literal)
  return ({ language }) => language === name || (name === 'typescript' && language === 'tsx')
}

/** What the names alone decide about a node, undefined where texts or symbols do. */
export function possible(node: Node, caseSensitive: boolean): (names: Names) => boolean | undefined {
  if (node.kind === 'text' || node.kind === 'symbol') return () => undefined
  if (node.kind === 'not') {
    const inner = possible(node.node, caseSensitive)
    return (names) => {
      const value = inner(names)
      return value === undefined ? undefined : !value
    }
  }
  if (!('nodes' in node)) return nameTest(node, caseSensitive)
  const inner = node.nodes.map((one) => possible(one, caseSensitive))
  const deciding = node.kind !== 'all'
  return (names) => {
    const values = inner.map((one) => one(names))
    if (values.includes(deciding)) return deciding
    return values.includes(undefined) ? undefined : !deciding
  }
}
