import type { Terminal } from '../terminal'

/** Wraps text in a colour, or leaves it as it is. */
export interface Colors {
  path(text: string): string
  line(text: string): string
  match(text: string): string
  faint(text: string): string
}

const escapeCode = '\u001b'
const painted = (code: string) => (text: string) => `${escapeCode}[${code}m${text}${escapeCode}[0m`
const plain = (text: string) => text

/** Colours for a person at a terminal; none in a pipe, with NO_COLOR (no-color.org) or on a dumb terminal. */
export function colorsFor({ env, tty }: Pick<Terminal, 'env' | 'tty'>): Colors {
  const wanted = tty?.out === true && !env.NO_COLOR && env.TERM !== 'dumb'
  if (!wanted) return { path: plain, line: plain, match: plain, faint: plain }
  return { path: painted('35'), line: painted('32'), match: painted('1;31'), faint: painted('2') }
}

/** What a file holds cannot command the terminal: control characters are shown as what they are. */
export const harmless = (text: string): string =>
  text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, (character) => (character === '\t' ? ' ' : '�'))
