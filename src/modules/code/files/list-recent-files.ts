import { Type } from '@sinclair/typebox'
import { and, desc, eq, inArray, isNotNull, lt, or, type SQL } from 'drizzle-orm'
import { invalid } from '../../../core/errors'
import { defineOperation } from '../../../core/operation'
import type { Reader } from '../../../core/storage'
import { readCursor, writeCursor } from '../cursor'
import { indexed } from '../repositories/find-indexed'
import { findRepositories } from '../repositories/find-repository'
import { indexState, indexStateView, type RepositoryRow } from '../repositories/repository'
import { indexedFiles } from '../tables'
import { closed, listedFile } from './inputs'
import type { FileRow } from './one-file'
import { viewFile } from './view-file'

export const listRecentFiles = defineOperation({
  name: 'list_recent_files',
  title: 'Recently indexed files',
  description: 'Files whose text was indexed last, newest first: what changed since the index before.',
  input: Type.Object(
    {
      repository: Type.Optional(Type.String({ minLength: 1, maxLength: 400 })),
      project: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
      limit: Type.Integer({ minimum: 1, maximum: 100, default: 10 }),
      cursor: Type.Optional(Type.String({ maxLength: 400 })),
    },
    closed,
  ),
  output: Type.Object(
    {
      files: Type.Array(listedFile),
      indexes: Type.Array(indexStateView),
      next_cursor: Type.Optional(Type.String()),
    },
    closed,
  ),
  scope: 'code:read',
  hints: { readOnly: true, idempotent: true },
  listed: 'module',
  rest: { method: 'GET', path: '/files/recent' },
  examples: [{ title: 'The last ten', input: { repository: 'acme/shop', limit: 10 } }],
  run: (given, call) =>
    call.read(async (db) => {
      const owner = call.principal.id
      const chosen = await findRepositories(db, owner, given)
      if (given.repository !== undefined) chosen.forEach(indexed)
      const places = chosen.filter(({ generation }) => generation > 0)
      const behind = given.cursor === undefined ? undefined : placeIn(given.cursor)
      const rows = await newestFiles(db, owner, places, given.limit + 1, behind)
      const shown = rows.slice(0, given.limit)
      const byId = new Map(places.map((row) => [row.id, row]))
      const last = rows.length > given.limit ? shown.at(-1) : undefined
      return {
        files: shown.map((row) => viewFile(row, byId.get(row.repository_id)!)),
        indexes: places.slice(0, 20).map(indexState),
        ...(last ? { next_cursor: writeCursor('recent', [last.indexed_at.getTime(), last.file]) } : {}),
      }
    }),
})

/** Time and number that a page ended at. */
function placeIn(cursor: string): number[] {
  const place = readCursor('recent', cursor, 2).map(Number)
  if (!place.every(Number.isSafeInteger) || Math.abs(place[0]!) > 8e15)
    throw invalid('/cursor', 'must be a next_cursor of this list')
  return place
}

/** The newest files that these repositories show, behind a time and number. */
export async function newestFiles(
  db: Reader,
  owner: string,
  places: RepositoryRow[],
  wanted: number,
  behind: number[] | undefined,
): Promise<FileRow[]> {
  if (places.length === 0) return []
  const t = indexedFiles.on(db.dialect)
  const found: FileRow[] = []
  let from = behind
  // Rows of other generations are few; they are left out here because each repository has its own.
  for (;;) {
    const rows = await db
      .select()
      .from(t)
      .where(and(eq(t.owner, owner), isNotNull(t.blob), within(db, places), from && olderThan(db, from)))
      .orderBy(desc(t.indexed_at), desc(t.file))
      .limit(wanted)
    found.push(...rows.filter((row) => isShown(row, places)))
    const last = rows.at(-1)
    if (rows.length < wanted || found.length >= wanted) return found.slice(0, wanted)
    from = [last!.indexed_at.getTime(), last!.file]
  }
}

const within = (db: Reader, places: RepositoryRow[]): SQL =>
  inArray(
    indexedFiles.on(db.dialect).repository_id,
    places.map(({ id }) => id),
  )

function olderThan(db: Reader, [time, file]: number[]): SQL {
  const t = indexedFiles.on(db.dialect)
  const at = new Date(time!)
  return or(lt(t.indexed_at, at), and(eq(t.indexed_at, at), lt(t.file, file!)))!
}

function isShown({ repository_id, added_in, removed_in }: FileRow, places: RepositoryRow[]): boolean {
  const place = places.find(({ id }) => id === repository_id)
  return !!place && added_in <= place.generation && (removed_in === null || removed_in > place.generation)
}
