import { invalid } from '../../../core/errors'
import type { RawEntry, Transferred } from './transferred'

/** Anything may stand in it, separators of lines and paragraphs (U+2028, U+2029) too. */
const opening = /^<!-- entry (\{.*\}) -->$/s
/** A line of a text that looks like an opening gets a backslash; one that has them gets one more. */
const likeOpening = /^\\*<!-- entry /
/** Lines between the opening and the text: heading, labels, blank. */
const headLines = 3

/**
 * For people to read, and complete: before each entry an invisible comment holds its fields as JSON, after it come a heading, its
 * labels and the text.
 */
export const writeMarkdown = (entries: readonly Transferred[]): string =>
  ['# Trading journal', '', ...entries.flatMap(linesOf)].join('\n')

function linesOf({ entry, symbols, ...fields }: Transferred): string[] {
  const { occurred_at, entry_type, tags } = fields
  const labels = [`type: ${entry_type}`, ...labelled('symbols', symbols), ...labelled('tags', tags)]
  return [
    `<!-- entry ${JSON.stringify(fields).replaceAll('>', '\\u003e')} -->`,
    `## ${occurred_at.slice(0, 16).replace('T', ' ')} UTC`,
    `*${labels.join(' · ').replace(/\s+/g, ' ')}*`,
    '',
    ...entry.split('\n').map((line) => (likeOpening.test(line) ? `\\${line}` : line)),
    '',
  ]
}

const labelled = (name: string, items: string[]) => (items.length > 0 ? [`${name}: ${items.join(', ')}`] : [])

/** Takes what `writeMarkdown` writes; text may be changed, the comments may not. */
export function readMarkdown(content: string): RawEntry[] {
  const lines = content.split('\n')
  const openings = lines.flatMap((line, at) => (opening.test(line.trimEnd()) ? [at] : []))
  if (openings.length === 0 && content.trim() !== '' && !content.startsWith('# Trading journal')) {
    throw invalid('/content', 'must be Markdown that export_journal wrote: it holds no "<!-- entry" lines')
  }
  return openings.map((from, at) => readEntry(lines.slice(from, openings[at + 1])))
}

function readEntry([first, ...rest]: string[]): RawEntry {
  const text = rest
    .slice(headLines)
    .map((line) => (likeOpening.test(line) && line.startsWith('\\') ? line.slice(1) : line))
  const entry = text.join('\n')
  try {
    return { fields: { ...JSON.parse(opening.exec(first!.trimEnd())![1]!), entry } }
  } catch {
    return { fields: { entry }, fault: 'has a broken "<!-- entry" line' }
  }
}
