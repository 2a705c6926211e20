import { type Command, type Invocation, textOf, UsageError } from '../command'
import { exit } from '../exit'
import { withApp } from '../open'
import { count, printData } from '../print'
import { callCode, ownerFlag } from './call'
import { type Colors, colorsFor, harmless } from './color'

interface Match {
  line: number
  columns: [number, number][]
  text: string
  text_from?: number
}

interface Answer {
  results: { repository: string; path: string; lines: number; matches?: Match[]; more_lines?: number }[]
  total_files: number
  total_lines: number
  total_is: 'exact' | 'at_least'
  time_ms: number
  indexes: { repository: string; stale_reason: string | null }[]
  empty?: {
    reason: string
    nearest: string[]
    cause?: 'nothing_indexed' | 'indexing' | 'index_failed'
  }
}

export const codeSearch: Command = {
  name: 'code search',
  existing: true,
  summary: 'Search the indexed repositories',
  details:
    'Words must all occur in a file; "exact phrase", /regex/, or, -not, repo: file: lang: sym: branch: case:yes. With --literal the text is looked for as it is. Exits with 1 when nothing matches, as grep does.',
  positionals: [{ name: 'QUERY', required: true }],
  flags: {
    literal: { description: 'look for the very text' },
    repository: { value: 'NAME', description: 'in this repository alone' },
    project: { value: 'NAME', description: 'in the repositories of this project alone' },
    limit: { value: 'N', description: 'files, 1 to 100; default 20' },
    owner: ownerFlag,
  },
  json: true,
  example: 'holdfast code search createServer --repository acme/shop --limit 5',
  async run(invocation) {
    const input = inputOf(invocation)
    return withApp(invocation, async (app) => {
      const answer = await callCode<Answer>(app, invocation, 'search_code', input)
      const colors = colorsFor(invocation.terminal)
      printData(invocation, answer, (data) => resultLines(data, colors))
      if (!invocation.json) invocation.terminal.warn(`${[summary(answer), ...behind(answer)].join('\n')}\n`)
      return answer.results.length > 0 ? exit.done : exit.failed
    })
  },
}

function inputOf(invocation: Invocation): Record<string, unknown> {
  const text = invocation.positionals[0]!
  const limit = textOf(invocation, 'limit')
  if (limit !== undefined && !/^0*([1-9]\d?|100)$/.test(limit))
    throw new UsageError('--limit takes a whole number from 1 to 100', 'code search')
  const [repository, project] = [textOf(invocation, 'repository'), textOf(invocation, 'project')]
  return {
    ...(invocation.flags.literal ? { term: text } : { query: text }),
    ...(repository ? { repository } : {}),
    ...(project ? { project } : {}),
    ...(limit ? { limit: Number(limit) } : {}),
  }
}

function resultLines({ results }: Answer, colors: Colors): string {
  return results
    .flatMap(({ repository, path, matches = [], more_lines = 0 }) => [
      `${colors.faint(`${harmless(repository)}:`)}${colors.path(harmless(path))}`,
      ...matches.map((match) => `  ${colors.line(String(match.line))}: ${highlighted(match, colors)}`),
      ...(more_lines > 0 ? [colors.faint(`  and ${count(more_lines, 'more line')}`)] : []),
    ])
    .join('\n')
}

/** The shown text may begin after the line does, and end before it. */
function highlighted({ text, text_from = 1, columns }: Match, colors: Colors): string {
  let shown = ''
  let at = 0
  for (const [start, end] of columns) {
    const [from, to] = [start - text_from, Math.min(end - text_from, text.length)]
    if (from < at || from >= text.length) continue
    shown += harmless(text.slice(at, from)) + colors.match(harmless(text.slice(from, to)))
    at = to
  }
  return shown + harmless(text.slice(at))
}

const nextCommand = {
  nothing_indexed: "'holdfast code index OWNER/REPO' adds one; a folder will do too",
  indexing: "'holdfast code status' shows how far it is",
  index_failed:
    "Put that right and run 'holdfast code index' again, or take it off the list with 'holdfast code remove'",
}

function summary({ total_files, total_lines, total_is, time_ms, empty }: Answer): string {
  if (empty) {
    const nearest = empty.nearest.length > 0 ? ` Did you mean ${empty.nearest.map(harmless).join(', ')}?` : ''
    const next = empty.cause ? ` ${nextCommand[empty.cause]}` : ''
    return `${harmless(empty.reason)}${next}${nearest}`
  }
  const found = `${count(total_lines, 'line')} in ${count(total_files, 'file')}`
  return `${total_is === 'at_least' ? 'At least ' : ''}${found}, ${time_ms} ms`
}

/** Indexes that are named as behind. */
const mostNamed = 3

/** A line for each of the first indexes that are behind, with the reason. */
const behind = ({ indexes }: Answer): string[] =>
  indexes
    .filter(({ stale_reason }) => stale_reason !== null)
    .slice(0, mostNamed)
    .map(({ repository, stale_reason }) => harmless(`The index of ${repository} is behind: ${stale_reason}`))
