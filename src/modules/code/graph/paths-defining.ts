import { and, eq, isNotNull } from 'drizzle-orm'
import type { Reader } from '../../../core/storage'
import { indexedFiles, symbols } from '../tables'
import { isShown, type View } from './project-files'

const mostPaths = 200

/** Files that define this name, by the table of symbols. */
export async function pathsDefining(db: Reader, view: View, name: string): Promise<string[]> {
  const [s, f] = [symbols.on(db.dialect), indexedFiles.on(db.dialect)]
  const rows = await db
    .selectDistinct({ path: f.path })
    .from(s)
    .innerJoin(f, and(eq(f.blob, s.blob), isNotNull(f.blob), isShown(f, view)))
    .where(and(eq(s.owner, view.owner), eq(s.repository_id, view.repositoryId), eq(s.name, name)))
    .limit(mostPaths)
  return rows.map(({ path }) => path)
}
