import { compileRegex, type Regex } from '../regex/compile'

/**
 * A glob as a pattern of RE2: `*` and `?` stay within a folder, `**` does not, `{a,b}` is one of them, `[a-z]` a class. Without a slash it is about
 * the file's name, in whatever folder; with one about the whole path.
 */
export function globPattern(glob: string): string {
  const whole = glob.includes('/') ? glob.replace(/^\//, '') : `**/${glob}`
  let pattern = ''
  let braces = 0
  for (let at = 0; at < whole.length; ) {
    const [part, length] = partAt(whole, at, braces)
    if (part === '(?:') braces++
    if (part === ')') braces--
    pattern += part
    at += length
  }
  return `^${pattern}${')'.repeat(Math.max(0, braces))}$`
}

function partAt(glob: string, at: number, braces: number): [pattern: string, length: number] {
  if (glob.startsWith('**/', at)) return ['(?:.*/)?', 3]
  if (glob.startsWith('**', at)) return ['.*', 2]
  const character = glob[at]!
  if (character === '*') return ['[^/]*', 1]
  if (character === '?') return ['[^/]', 1]
  if (character === '{') return ['(?:', 1]
  if (character === '}' && braces > 0) return [')', 1]
  if (character === ',' && braces > 0) return ['|', 1]
  const found = character === '[' ? /^\[([!^]?)([^\]\\[]+)\]/.exec(glob.slice(at)) : null
  if (found) return [`[${found[1] ? '^/' : ''}${found[2]}]`, found[0].length]
  return [character.replace(/[\\^$.*+?()[\]{}|]/, '\\$&'), 1]
}

/** The test of a glob; throws for a class like `[z-a]`. Sound after `globFault` found nothing. */
export const compileGlob = (glob: string, caseSensitive: boolean): Regex =>
  compileRegex(globPattern(glob), caseSensitive)

/** What is wrong with a glob, or undefined. */
export function globFault(glob: string): string | undefined {
  const rest = glob.replace(/\[[!^]?[^\]\\[]+\]/g, '')
  if (rest.includes('[')) return 'this is no glob: a [ has no ]'
  if (rest.split('{').length > rest.split('}').length) return 'this is no glob: a { has no }'
  try {
    compileGlob(glob, false)
    return undefined
  } catch {
    return 'this is no glob: a class like [a-z] has its ends the wrong way round'
  }
}
