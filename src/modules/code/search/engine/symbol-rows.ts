import { and, eq } from 'drizzle-orm'
import type { Reader } from '../../../../core/storage'
import type { SymbolFact } from '../../parsing/facts'
import { unpackSymbols } from '../../parsing/pack'
import { symbols } from '../../tables'

/** The definitions of a text, by line. */
export async function symbolsAt(db: Reader, owner: string, blob: number): Promise<SymbolFact[]> {
  const t = symbols.on(db.dialect)
  const [row] = await db
    .select({ packed: t.packed })
    .from(t)
    .where(and(eq(t.blob, blob), eq(t.owner, owner)))
  return row ? unpackSymbols(row.packed).toSorted((a, b) => a.line - b.line) : []
}
