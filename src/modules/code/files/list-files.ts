import { Type } from '@sinclair/typebox'
import { and, asc, gt, isNotNull } from 'drizzle-orm'
import { invalid } from '../../../core/errors'
import { defineOperation } from '../../../core/operation'
import type { Reader } from '../../../core/storage'
import { readCursor, writeCursor } from '../cursor'
import { findIndexed } from '../repositories/find-indexed'
import { indexState, indexStateView, type RepositoryRow, repositoryName } from '../repositories/repository'
import { isVisible } from '../repositories/visible'
import { roomFor } from '../search/answer/fit'
import { globFault } from '../search/match/glob'
import { pathTest } from '../search/match/names'
import { indexedFiles } from '../tables'
import { closed, listedFile } from './inputs'
import type { FileRow } from './one-file'
import { viewFile } from './view-file'

/** Rows that are looked at for one answer. */
const mostLooked = 20_000
const batch = 2000

export const listFiles = defineOperation({
  name: 'list_files',
  title: 'List files',
  description:
    'Files of a repository by path: all, or those that fit a glob (`*.ts` by name, `src/**/*.py` by path, else a part of the path).',
  input: Type.Object(
    {
      repository: repositoryName,
      glob: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
      limit: Type.Integer({ minimum: 1, maximum: 500, default: 100 }),
      cursor: Type.Optional(Type.String({ maxLength: 4000 })),
    },
    closed,
  ),
  output: Type.Object(
    {
      files: Type.Array(listedFile),
      index: indexStateView,
      next_cursor: Type.Optional(Type.String()),
    },
    closed,
  ),
  scope: 'code:read',
  hints: { readOnly: true, idempotent: true },
  listed: 'module',
  rest: { method: 'GET', path: '/files/list' },
  examples: [{ title: 'Python files', input: { repository: 'acme/shop', glob: '**/*.py', limit: 50 } }],
  run: (given, call) =>
    call.read(async (db) => {
      const fault = given.glob && globFault(given.glob)
      if (fault) throw invalid('/glob', fault)
      const repository = await findIndexed(db, call.principal.id, given.repository)
      const after = given.cursor === undefined ? '' : readCursor('files', given.cursor, 1)[0]!
      const { rows, last } = await listFrom(db, repository, given, after)
      const next = last === undefined ? {} : { next_cursor: writeCursor('files', [last]) }
      return { files: rows.map((row) => viewFile(row, repository)), index: indexState(repository), ...next }
    }),
})

/** Fitting files behind a path; `last` is the path to go on behind, absent at the end. */
async function listFrom(
  db: Reader,
  repository: RepositoryRow,
  { glob, limit }: { glob?: string; limit: number },
  after: string,
): Promise<{ rows: FileRow[]; last?: string }> {
  const fits = glob === undefined ? () => true : pathTest({ literal: glob }, false)
  const room = roomFor()
  const rows: FileRow[] = []
  let last = after
  for (let looked = 0; looked < mostLooked; looked += batch) {
    const some = await rowsBehind(db, repository, last)
    for (const row of some) {
      if (fits(row.path)) {
        if (rows.length === limit || !room(viewFile(row, repository))) return { rows, last }
        rows.push(row)
      }
      last = row.path
    }
    if (some.length < batch) return { rows }
  }
  return { rows, last }
}

function rowsBehind(db: Reader, repository: RepositoryRow, after: string): Promise<FileRow[]> {
  const t = indexedFiles.on(db.dialect)
  return db
    .select()
    .from(t)
    .where(
      and(isVisible(db.dialect, repository), isNotNull(t.blob), after === '' ? undefined : gt(t.path, after)),
    )
    .orderBy(asc(t.path))
    .limit(batch)
}
