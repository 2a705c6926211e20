import { describeAll, symbolOf } from '../symbols/definitions'
import { sqlDefinitions } from '../symbols/sql'
import { scan } from './c/scan'
import { type FileFacts, type ImportFact, noFacts } from './facts'
import type { Position } from './lines'

type Scan = (text: string, positionOf: (offset: number) => Position) => FileFacts

/** Languages that are read without a grammar. */
export const scanners: Readonly<Record<string, Scan>> = {
  c: scannerOf('c'),
  cpp: scannerOf('cpp'),
  sql: (text, positionOf) => ({ ...noFacts, symbols: sqlDefinitions(text, positionOf) }),
}

function scannerOf(language: string): Scan {
  return (text, positionOf) => {
    const { found, includes } = scan(text)
    const imports = includes.map(({ start, specifier }): ImportFact => {
      return { kind: 'include', specifier, ...positionOf(start), bindings: [] }
    })
    return { ...noFacts, imports, symbols: describeAll(language, found, text, positionOf).map(symbolOf) }
  }
}
