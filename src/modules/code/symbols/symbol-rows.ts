import { inArray } from 'drizzle-orm'
import type { RowValue, Writer } from '../../../core/storage'
import type { SymbolFact } from '../parsing/facts'
import { symbols } from '../tables'

/** A text's definitions on their way to the table. */
export interface TextSymbols {
  blob: number
  symbols: readonly SymbolFact[]
}

const columns = [
  'blob',
  'ordinal',
  'owner',
  'repository_id',
  'name',
  'kind',
  'line',
  'column',
  'end_line',
  'container',
  'exported',
  'signature',
  'documentation',
]
const rowsAtOnce = 2000

/** Stores the definitions of texts, in the transaction that stores these. */
export async function addSymbols(
  tx: Writer,
  owner: string,
  repositoryId: string,
  texts: readonly TextSymbols[],
): Promise<void> {
  const rows = texts.flatMap(({ blob, symbols: found }) =>
    found.map((symbol, ordinal): RowValue[] => [
      blob,
      ordinal,
      owner,
      repositoryId,
      symbol.name,
      symbol.kind,
      symbol.line,
      symbol.column,
      symbol.endLine,
      symbol.container ?? null,
      symbol.exported,
      symbol.signature ?? null,
      symbol.documentation ?? null,
    ]),
  )
  for (let at = 0; at < rows.length; at += rowsAtOnce)
    await tx.addRows(symbols.name, columns, rows.slice(at, at + rowsAtOnce))
}

export async function removeSymbols(tx: Writer, blobs: readonly number[]): Promise<void> {
  const t = symbols.on(tx.dialect)
  await tx.delete(t).where(inArray(t.blob, [...blobs]))
}
