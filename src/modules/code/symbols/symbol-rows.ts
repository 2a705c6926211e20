import { inArray } from 'drizzle-orm'
import type { RowValue, Writer } from '../../../core/storage'
import type { SymbolFact } from '../parsing/facts'
import { rowOfSymbol } from '../parsing/symbol-rows'
import { symbols } from '../tables'

/** A text's definitions on their way to the table. */
export interface TextSymbols {
  blob: number
  symbols: readonly SymbolFact[]
}

/** Behind the text's own, those of `SymbolRow`, in its order. */
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

/** What stores the definitions of texts, a few rows a step. */
export function stepsToAddSymbols(
  owner: string,
  repositoryId: string,
  texts: readonly TextSymbols[],
  atOnce = 1000,
): ((tx: Writer) => Promise<void>)[] {
  const rows = texts.flatMap(({ blob, symbols: found }) =>
    found.map((symbol, ordinal): RowValue[] => [blob, ordinal, owner, repositoryId, ...rowOfSymbol(symbol)]),
  )
  return Array.from({ length: Math.ceil(rows.length / atOnce) }, (_, at) => (tx) => {
    return tx.addRows(symbols.name, columns, rows.slice(at * atOnce, (at + 1) * atOnce))
  })
}

export async function removeSymbols(tx: Writer, blobs: readonly number[]): Promise<void> {
  const t = symbols.on(tx.dialect)
  await tx.delete(t).where(inArray(t.blob, [...blobs]))
}
