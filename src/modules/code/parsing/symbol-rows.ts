import type { SymbolFact } from './facts'

/** A definition without the names of its properties: a third of the length, and of the time that it takes to read. */
export type SymbolRow = [
  name: string,
  kind: string,
  line: number,
  column: number,
  endLine: number,
  container: string | null,
  exported: 0 | 1,
  signature: string | null,
  documentation: string | null,
]

export const rowOfSymbol = (symbol: SymbolFact): SymbolRow => [
  symbol.name,
  symbol.kind,
  symbol.line,
  symbol.column,
  symbol.endLine,
  symbol.container ?? null,
  symbol.exported ? 1 : 0,
  symbol.signature ?? null,
  symbol.documentation ?? null,
]

export const symbolOfRow = (row: SymbolRow): SymbolFact => ({
  name: row[0],
  kind: row[1],
  line: row[2],
  column: row[3],
  endLine: row[4],
  container: row[5] ?? undefined,
  exported: row[6] === 1,
  signature: row[7] ?? undefined,
  documentation: row[8] ?? undefined,
})
