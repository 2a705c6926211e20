import { type Static, Type } from '@sinclair/typebox'

const closed = { additionalProperties: false }

/** A matching line as answers show it. */
export const matchView = Type.Object(
  {
    line: Type.Integer({ description: 'From 1' }),
    columns: Type.Array(Type.Tuple([Type.Integer(), Type.Integer()]), {
      description: 'Where in the line, from 1, the end excluded, in UTF-16 units as editors count',
    }),
    text: Type.String({ description: 'The line, without the blanks around it; long ones cut with …' }),
    text_from: Type.Optional(
      Type.Integer({ description: 'Column of the first character of text, when not 1' }),
    ),
    kind: Type.Optional(
      Type.Union([Type.Literal('definition'), Type.Literal('symbol')], {
        description: 'definition: of the very name; symbol: of one that contains it',
      }),
    ),
    before: Type.Optional(Type.Array(Type.String())),
    after: Type.Optional(Type.Array(Type.String())),
  },
  closed,
)

export type MatchView = Static<typeof matchView>

/** A file that matches. */
export const resultView = Type.Object(
  {
    repository: Type.String(),
    path: Type.String(),
    language: Type.String(),
    generated: Type.Optional(Type.Literal(true)),
    lines: Type.Integer({ description: 'Matching lines in the file' }),
    matches: Type.Optional(Type.Array(matchView)),
    more_lines: Type.Optional(Type.Integer({ description: 'Matching lines that are not shown' })),
    content: Type.Optional(Type.String({ description: 'The whole text (output: full)' })),
    content_cut_at_line: Type.Optional(
      Type.Integer({ description: 'The last line of content; get_file has the rest' }),
    ),
  },
  closed,
)

export type ResultView = Static<typeof resultView>

/** How much was found, in all. */
export const totals = {
  total_files: Type.Integer(),
  total_lines: Type.Integer(),
  total_is: Type.Union([Type.Literal('exact'), Type.Literal('at_least')], {
    description: 'at_least: more may come with next_cursor',
  }),
}

/** Why an answer is empty, and what was perhaps meant. */
export const emptyView = Type.Object(
  {
    reason: Type.String(),
    nearest: Type.Array(Type.String()),
    /** Given when there was nothing to search in. */
    cause: Type.Optional(
      Type.Union([Type.Literal('nothing_indexed'), Type.Literal('indexing'), Type.Literal('index_failed')]),
    ),
    next_step: Type.Optional(Type.String({ description: 'The tool to call next' })),
  },
  closed,
)
