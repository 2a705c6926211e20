import type { RE2JS } from 're2js'
import { type Labels, nameLabel } from './labels'
import { badData, failed } from './promql-error'

/** Loaded at its first use: most servers never need it, and all would wait for it at the start. */
const re2 = () => require('re2js') as typeof import('re2js')

export type MatchOp = '=' | '!=' | '=~' | '!~'

/** One condition of a selector; a label that a series does not have counts as empty. */
export interface Matcher {
  name: string
  op: MatchOp
  value: string
  matches(value: string): boolean
}

/**
 * Makes a matcher. Regular expressions are RE2's, as in Prometheus: anchored on both sides, and matched in time that grows
 * with the text alone, whatever the pattern.
 */
export function matcherOf(name: string, op: MatchOp, value: string): Matcher {
  if (op === '=' || op === '!=') {
    const wanted = op === '='
    return { name, op, value, matches: (text) => (text === value) === wanted }
  }
  const pattern = compile(value)
  const read = readingBudget(pattern, value)
  const wanted = op === '=~'
  const known = new Map<string, boolean>()
  return {
    name,
    op,
    value,
    matches(text) {
      let found = known.get(text)
      if (found === undefined) {
        read(text)
        found = pattern.matches(text) === wanted
        known.set(text, found)
      }
      return found
    },
  }
}

/** Steps of a pattern times characters: about two seconds. */
const mostReading = 100_000_000

/** Counts what matching takes: linear in the text, but for each character up to the size of the pattern. Throws when one query asks for too much. */
export function readingBudget(pattern: RE2JS, source: string): (text: string) => void {
  const size = pattern.programSize()
  let done = 0
  return (text) => {
    done += size * (text.length + 1)
    if (done > mostReading)
      throw failed(
        `the regular expression ${source.slice(0, 50)} takes too long for so many labels: make it shorter`,
      )
  }
}

function compile(value: string): RE2JS {
  try {
    return re2().RE2JS.compile(value, re2().RE2JS.DOTALL)
  } catch (error) {
    throw badData(
      `error parsing regexp: ${(error as Error).message.replace(/^error parsing regexp: /, '').replace('(?s)', '')}`,
    )
  }
}

/** True when every condition holds. */
export const matchesAll = (labels: Labels, matchers: readonly Matcher[]): boolean =>
  matchers.every(({ name, matches }) => matches(labels.get(name) ?? ''))

/** Throws when a selector could match everything, as Prometheus does. */
export function checkMatchers(matchers: readonly Matcher[]): void {
  if (matchers.some(({ matches }) => !matches(''))) return
  throw badData('vector selector must contain at least one non-empty matcher')
}

/** The condition on the metric's name when there is one name alone. */
export const exactName = (matchers: readonly Matcher[]): string | undefined =>
  matchers.find(({ name, op }) => name === nameLabel && op === '=')?.value
