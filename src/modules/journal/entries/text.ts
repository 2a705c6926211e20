import { invalid } from '../../../core/errors'
import { limits } from './entry'

/** The text without blanks around it; throws `invalid` when nothing is left. */
export function trimmed(text: string, path: string): string {
  const found = text.trim()
  if (found === '') throw invalid(path, 'must not be empty')
  return found
}

/** An entry's text as it is stored: trimmed, 1 to 10,000 characters. */
export function checkText(entry: string): string {
  const text = trimmed(entry, '/entry')
  if (text.length <= limits.entry || [...text].length <= limits.entry) return text
  throw invalid('/entry', `must hold at most ${limits.entry} characters; split it into several entries`)
}
