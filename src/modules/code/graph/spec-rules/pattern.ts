import { RE2JS } from 're2js'

/** Steps of a compiled pattern: what a character of a text may cost at worst. Undefined for what is no regular expression of RE2. */
export function costOf(pattern: string): number | undefined {
  try {
    return RE2JS.compile(pattern).programSize()
  } catch {
    return undefined
  }
}

/** Tells whether a pattern is found in a text. */
export type Fits = (pattern: string, text: string) => boolean

/** In time that is linear in the text, whatever the pattern: an automaton, no backtracking. Each is compiled once. */
export function createFits(): Fits {
  const compiled = new Map<string, RE2JS>()
  return (pattern, text) => {
    let regex = compiled.get(pattern)
    if (!regex) {
      regex = RE2JS.compile(pattern)
      compiled.set(pattern, regex)
    }
    return regex.test(text)
  }
}
