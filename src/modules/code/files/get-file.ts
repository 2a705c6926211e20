import { Type } from '@sinclair/typebox'
import { invalid } from '../../../core/errors'
import { defineOperation } from '../../../core/operation'
import { indexState, indexStateView } from '../repositories/repository'
import { readText } from '../search/index-text'
import { closed, fileInput } from './inputs'
import { findFile } from './one-file'

const line = (description: string) =>
  Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000_000, description }))

/** An answer has at most 50 KB; this much of it is text. */
const mostBytes = 44_000

export const getFile = defineOperation({
  name: 'get_file',
  title: 'Get a file',
  description:
    'Text of a file as indexed, whole or a range of lines; at most 44 KB at once. Look at get_file_outline first when the file may be long.',
  input: Type.Object(
    { ...fileInput, start_line: line('First line, from 1'), end_line: line('Last line, included') },
    closed,
  ),
  output: Type.Object(
    {
      repository: Type.String(),
      path: Type.String(),
      language: Type.String(),
      start_line: Type.Integer(),
      end_line: Type.Integer({ description: 'Of what is given; 0 for an empty file' }),
      total_lines: Type.Integer(),
      content: Type.String(),
      next_start_line: Type.Optional(Type.Integer({ description: 'Where to go on: the answer was cut' })),
      line_cut: Type.Optional(Type.Literal(true, { description: 'The line is longer than an answer' })),
      index: indexStateView,
    },
    closed,
  ),
  scope: 'code:read',
  hints: { readOnly: true, idempotent: true },
  rest: { method: 'GET', path: '/files' },
  examples: [
    {
      title: 'Twenty lines',
      input: { repository: 'acme/shop', path: 'src/router.ts', start_line: 40, end_line: 59 },
    },
  ],
  run: (given, call) =>
    call.read(async (db) => {
      const { repository, file } = await findFile(db, call.principal.id, given)
      const text = await readText(db, call.principal.id, file.blob)
      const { path, language } = file
      const index = indexState(repository)
      return {
        repository: index.repository,
        path,
        language,
        ...linesOf(text, given.start_line, given.end_line),
        index,
      }
    }),
})

/** Lines of a text, cut to what an answer can hold. Throws `invalid` for a range that is not there. */
export function linesOf(text: string, first = 1, last = Number.MAX_SAFE_INTEGER) {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  const total_lines = lines.length
  if (last < first) throw invalid('/end_line', 'must not be less than start_line')
  if (first > Math.max(1, total_lines))
    throw invalid('/start_line', `must be at most ${total_lines}: the file ends there`)
  const wanted = lines.slice(first - 1, last)
  const taken: string[] = []
  let bytes = 0
  for (const one of wanted) {
    bytes += Buffer.byteLength(one) + 1
    if (bytes > mostBytes && taken.length > 0) break
    taken.push(one)
  }
  const cut = bytes > mostBytes && taken.length === 1
  const content = cut ? taken[0]!.slice(0, mostBytes / 4).toWellFormed() : taken.join('\n')
  const end_line = taken.length === 0 ? 0 : first + taken.length - 1
  return {
    start_line: first,
    end_line,
    total_lines,
    content,
    ...(taken.length < wanted.length ? { next_start_line: end_line + 1 } : {}),
    ...(cut ? { line_cut: true as const } : {}),
  }
}
