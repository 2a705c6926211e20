import type { Hit } from '../hit'
import type { LineMatch } from '../match/line-match'
import { type Ranking, tiers } from '../rank/key'
import { lineText } from './line-text'
import type { MatchView, ResultView } from './schema'

export const outputs = ['paths', 'compact', 'snippet', 'full'] as const
export type Output = (typeof outputs)[number]

/** Lines of one file that an answer shows. */
const mostLines: Record<Output, number> = { paths: 0, compact: 5, snippet: 5, full: 20 }
const mostColumns = 10
/** Of a whole text, in UTF-16 units. */
const longestContent = 40_000

export interface Shape {
  output: Output
  contextLines: number
  ranking: Ranking
}

/** A file as an answer shows it. `text` is the whole text where the output needs it. */
export function resultOf(hit: Hit, text: string | undefined, shape: Shape): ResultView {
  const { file, lines } = hit
  const result: ResultView = {
    repository: file.place.name,
    path: file.path,
    language: file.language,
    ...(file.generated ? { generated: true as const } : {}),
    lines: lines.length,
  }
  if (shape.output === 'paths') return result
  const best = bestLines(hit, shape)
  result.matches = best.map((line) => matchOf(line, hit, text, shape))
  if (lines.length > best.length) result.more_lines = lines.length - best.length
  if (shape.output === 'full' && text !== undefined) Object.assign(result, contentOf(text))
  return result
}

/** The lines that say most, in the order of the file. */
function bestLines({ lines, definitions }: Hit, { output, ranking }: Shape): LineMatch[] {
  const most = mostLines[output]
  if (lines.length <= most) return lines
  const tiered = lines.map((line) => ({ line, tier: ranking.tierOf(line, definitions) }))
  return tiered
    .toSorted((a, b) => a.tier - b.tier || a.line.line - b.line.line)
    .slice(0, most)
    .map(({ line }) => line)
    .sort((a, b) => a.line - b.line)
}

function matchOf(line: LineMatch, { definitions }: Hit, text: string | undefined, shape: Shape): MatchView {
  const tier = shape.ranking.tierOf(line, definitions)
  const shown = lineText(line.text, line.ranges[0]!)
  const match: MatchView = {
    line: line.line,
    columns: line.ranges.slice(0, mostColumns).map(([start, end]) => [start + 1, end + 1]),
    text: shown.text,
    ...(shown.text_from > 1 ? { text_from: shown.text_from } : {}),
  }
  if (tier <= tiers.folded) match.kind = 'definition'
  else if (tier === tiers.symbol) match.kind = 'symbol'
  if (shape.output !== 'snippet' || text === undefined || shape.contextLines === 0) return match
  return { ...match, ...around(text, line.line, shape.contextLines) }
}

function around(text: string, line: number, count: number): { before: string[]; after: string[] } {
  const lines = text.replace(/\n$/, '').split('\n', line + count)
  const cut = (part: string[]) => part.map((one) => clipped(one.replace(/\r$/, '')))
  return {
    before: cut(lines.slice(Math.max(0, line - 1 - count), line - 1)),
    after: cut(lines.slice(line, line + count)),
  }
}

const clipped = (line: string) => (line.length > 200 ? `${line.slice(0, 199)}…`.toWellFormed() : line)

function contentOf(text: string): Pick<ResultView, 'content' | 'content_cut_at_line'> {
  if (text.length <= longestContent) return { content: text }
  const feed = text.lastIndexOf('\n', longestContent)
  const content = text.slice(0, feed < 0 ? longestContent : feed + 1).toWellFormed()
  return { content, content_cut_at_line: content.split('\n').length - 1 || 1 }
}
