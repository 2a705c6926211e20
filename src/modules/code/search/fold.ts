/*
 * Letter case: two characters are the same when Unicode's simple case folding says so, which is what ripgrep's -i, RE2's (?i) and JavaScript's /iu
 * mean. Folding never changes the length of a text, so that a place in the folded text is the same place in the text.
 */

// biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII begins at NUL
const ascii = /^[\x00-\x7f]*$/

/** Dotless and dotted i fold to themselves; both would meet the plain i through their other case. */
const unfolded = new Set(['ı', 'İ'])

const known = new Map<string, string>()

function foldCharacter(character: string): string {
  let folded = known.get(character)
  if (folded === undefined) {
    folded = unfolded.has(character) ? character : lowerOf(upperOf(character))
    known.set(character, folded)
  }
  return folded
}

const sameLength = (changed: string, character: string) =>
  changed.length === character.length ? changed : character
const lowerOf = (character: string) => sameLength(character.toLowerCase(), character)
const upperOf = (character: string) => sameLength(character.toUpperCase(), character)

// biome-ignore lint/suspicious/noControlCharactersInRegex: the same
const beyondAscii = /[^\x00-\x7f]/gu

/** The text with every character replaced by the one that stands for its letter case class. */
export const fold = (text: string): string =>
  ascii.test(text) ? text.toLowerCase() : text.replace(beyondAscii, foldCharacter).replace(/[A-Z]+/g, lower)

const lower = (letters: string) => letters.toLowerCase()
