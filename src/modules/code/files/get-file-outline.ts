import { Type } from '@sinclair/typebox'
import { defineOperation } from '../../../core/operation'
import type { SymbolFact } from '../parsing/facts'
import { indexState, indexStateView } from '../repositories/repository'
import { roomFor } from '../search/answer/fit'
import { symbolsAt } from '../search/engine/symbol-rows'
import { closed, fileInput } from './inputs'
import { findFile } from './one-file'

const entry = Type.Object(
  {
    name: Type.String(),
    kind: Type.String(),
    line: Type.Integer(),
    end_line: Type.Integer(),
    container: Type.Optional(Type.String()),
    signature: Type.Optional(Type.String()),
    exported: Type.Boolean(),
  },
  closed,
)

export const getFileOutline = defineOperation({
  name: 'get_file_outline',
  title: 'Outline of a file',
  description:
    'What a file defines: names, kinds, lines and signatures, in order. A small answer to look at before get_file.',
  input: Type.Object(fileInput, closed),
  output: Type.Object(
    {
      repository: Type.String(),
      path: Type.String(),
      language: Type.String(),
      bytes: Type.Integer(),
      symbols: Type.Array(entry),
      more_symbols: Type.Optional(Type.Integer({ description: 'That the answer had no room for' })),
      index: indexStateView,
    },
    closed,
  ),
  scope: 'code:read',
  hints: { readOnly: true, idempotent: true },
  listed: 'module',
  rest: { method: 'GET', path: '/files/outline' },
  examples: [{ title: 'Outline', input: { repository: 'acme/shop', path: 'src/router.ts' } }],
  run: (given, call) =>
    call.read(async (db) => {
      const { repository, file } = await findFile(db, call.principal.id, given)
      const rows = await symbolsAt(db, call.principal.id, file.blob)
      const fits = roomFor()
      const views = rows.map(viewOf)
      const over = views.findIndex((view) => !fits(view))
      const symbols = over < 0 ? views : views.slice(0, over)
      const { path, language, bytes } = file
      const index = indexState(repository)
      return {
        repository: index.repository,
        path,
        language,
        bytes,
        symbols,
        ...(over < 0 ? {} : { more_symbols: views.length - over }),
        index,
      }
    }),
})

const viewOf = ({ name, kind, line, endLine, container, signature, exported }: SymbolFact) => ({
  name,
  kind,
  line,
  end_line: endLine,
  ...(container === undefined ? {} : { container }),
  ...(signature === undefined ? {} : { signature: signature.slice(0, 300) }),
  exported,
})
