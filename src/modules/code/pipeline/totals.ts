import { and, eq, isNotNull, sql } from 'drizzle-orm'
import type { Reader } from '../../../core/storage'
import type { RepositoryRow } from '../repositories/repository'
import { isVisible } from '../repositories/visible'
import { codeBlobs, indexedFiles } from '../tables'

/** What a generation of a repository shows. */
export interface Totals {
  files: number
  skipped: number
  bytes: number
  symbols: number
  references: number
}

/** Counts what the repository shows in this generation. */
export async function countShown(db: Reader, repository: RepositoryRow, generation: number): Promise<Totals> {
  const f = indexedFiles.on(db.dialect)
  const b = codeBlobs.on(db.dialect)
  const sum = (column: unknown) => sql<string | null>`sum(${column})`
  const [row] = await db
    .select({
      files: sql<string>`count(*)`,
      bytes: sum(f.bytes),
      symbols: sum(b.symbols),
      references: sum(b.references),
    })
    .from(f)
    .innerJoin(b, eq(b.blob, f.blob))
    .where(isVisible(db.dialect, { ...repository, generation }))
  const [skipped] = await db
    .select({ files: sql<string>`count(*)` })
    .from(f)
    .where(and(isVisible(db.dialect, { ...repository, generation }), isNotNull(f.skipped)))
  const number = (value: unknown) => Number(value ?? 0)
  return {
    files: number(row?.files),
    skipped: number(skipped?.files),
    bytes: number(row?.bytes),
    symbols: number(row?.symbols),
    references: number(row?.references),
  }
}
