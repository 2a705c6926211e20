import { inArray } from 'drizzle-orm'
import type { Writer } from '../../../core/storage'
import { symbols } from '../tables'

/** A text's definitions, packed, on their way to the table; null for none. */
export interface TextSymbols {
  blob: number
  symbols: Uint8Array | null
}

const columns = ['blob', 'owner', 'repository_id', 'packed']

/** What stores the definitions of texts, a few rows a step. */
export function stepsToAddSymbols(
  owner: string,
  repositoryId: string,
  texts: readonly TextSymbols[],
  atOnce = 1000,
): ((tx: Writer) => Promise<void>)[] {
  const rows = texts
    .filter(({ symbols: packed }) => packed !== null)
    .map(({ blob, symbols: packed }) => [blob, owner, repositoryId, packed])
  return Array.from({ length: Math.ceil(rows.length / atOnce) }, (_, at) => (tx) => {
    return tx.addRows(symbols.name, columns, rows.slice(at * atOnce, (at + 1) * atOnce))
  })
}

export async function removeSymbols(tx: Writer, blobs: readonly number[]): Promise<void> {
  const t = symbols.on(tx.dialect)
  await tx.delete(t).where(inArray(t.blob, [...blobs]))
}
