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

/** What stores the definitions of texts, a few rows a step. */
export function stepsToAddSymbols(
  owner: string,
  repositoryId: string,
  texts: readonly TextSymbols[],
  atOnce = 1000,
): ((tx: Writer) => Promise<void>)[] {
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
  return Array.from({ length: Math.ceil(rows.length / atOnce) }, (_, at) => (tx) => {
    return tx.addRows(symbols.name, columns, rows.slice(at * atOnce, (at + 1) * atOnce))
  })
}

export async function removeSymbols(tx: Writer, blobs: readonly number[]): Promise<void> {
  const t = symbols.on(tx.dialect)
  await tx.delete(t).where(inArray(t.blob, [...blobs]))
}
