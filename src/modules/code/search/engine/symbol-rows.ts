import { and, asc, eq } from 'drizzle-orm'
import type { Reader } from '../../../../core/storage'
import { symbols } from '../../tables'

/** A definition as stored. */
export type SymbolRow = ReturnType<typeof symbols.on>['$inferSelect']

/** The definitions of a text, in its order. */
export function symbolsAt(db: Reader, owner: string, blob: number): Promise<SymbolRow[]> {
  const t = symbols.on(db.dialect)
  return db
    .select()
    .from(t)
    .where(and(eq(t.blob, blob), eq(t.owner, owner)))
    .orderBy(asc(t.line), asc(t.ordinal))
}
