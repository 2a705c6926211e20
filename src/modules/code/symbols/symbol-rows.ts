import { inArray } from 'drizzle-orm'
import type { Writer } from '../../../core/storage'
import type { SymbolFact } from '../parsing/facts'
import { symbols } from '../tables'

/** A text's definitions on their way to the table. */
export interface TextSymbols {
  blob: number
  symbols: readonly SymbolFact[]
}

/** Stores the definitions of texts, in the transaction that stores these. */
export async function addSymbols(
  tx: Writer,
  owner: string,
  repositoryId: string,
  texts: readonly TextSymbols[],
): Promise<void> {
  const rows = texts.flatMap(({ blob, symbols: found }) =>
    found.map((symbol, ordinal) => ({
      blob,
      ordinal,
      owner,
      repository_id: repositoryId,
      name: symbol.name,
      kind: symbol.kind,
      line: symbol.line,
      column: symbol.column,
      end_line: symbol.endLine,
      container: symbol.container ?? null,
      exported: symbol.exported,
      signature: symbol.signature ?? null,
      documentation: symbol.documentation ?? null,
    })),
  )
  for (let at = 0; at < rows.length; at += 200)
    await tx.insert(symbols.on(tx.dialect)).values(rows.slice(at, at + 200))
}

export async function removeSymbols(tx: Writer, blobs: readonly number[]): Promise<void> {
  const t = symbols.on(tx.dialect)
  await tx.delete(t).where(inArray(t.blob, [...blobs]))
}
