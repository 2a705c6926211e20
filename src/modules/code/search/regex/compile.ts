import type { RE2JS } from 're2js'
import { AppError } from '../../../../core/errors'
import { syntaxError } from '../query/syntax-error'

/** Loaded at its first use: most servers never need it, and all would wait for it at the start. */
const re2 = () => require('re2js') as typeof import('re2js')

const longest = 500
/** Steps of the compiled program: what a character of a text may cost at worst. */
const largest = 2000

/** A compiled regular expression. Time is linear in the text, whatever the pattern: an automaton, no backtracking. */
export type Regex = RE2JS

/** Compiles a pattern of RE2; `checkRegex` has made sure that it can be. */
export const compileRegex = (pattern: string, caseSensitive: boolean): Regex =>
  re2().RE2JS.compile(pattern, caseSensitive ? 0 : re2().RE2JS.CASE_INSENSITIVE)

/** Throws `query_syntax` for a pattern that is no RE2, would cost too much, or matches everything. `at`: its place in the query. */
export function checkRegex(pattern: string, at: number): void {
  if (pattern.length > longest) throw syntaxError(at, `a regex has at most ${longest} characters`)
  const regex = tryCompile(pattern, at)
  if (regex.programSize() > largest)
    throw new AppError(
      'invalid',
      `The regex at position ${at} is too large: it repeats too much, use smaller counts`,
      {
        code: 'regex_too_large',
        data: { position: at, size: regex.programSize(), limit: largest },
      },
    )
  if (regex.test(''))
    throw syntaxError(at, 'this regex matches the empty text, so every line; make it need a character')
}

function tryCompile(pattern: string, at: number): Regex {
  try {
    return compileRegex(pattern, false)
  } catch (error) {
    if (!(error instanceof re2().RE2JSSyntaxException)) throw error
    const { error: reason, input } = error as unknown as { error: string; input: string | null }
    const inside = input ? Math.max(0, pattern.indexOf(input)) : 0
    throw syntaxError(
      at + 1 + inside,
      `${reason} in this regex (RE2 syntax: no look-around, no back-references)`,
    )
  }
}
