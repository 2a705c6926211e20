import type { Analysis, Source } from '../analysis'
import { readDeclarations } from './declarations'
import { readExports } from './exports'
import { readImports } from './imports'
import { readReferences } from './references'

/** Imports, exports and scope-resolved references of TypeScript and JavaScript. */
export function analyzeScript(source: Source): Analysis {
  const { imports, bindings, listed } = readImports(source)
  const declarations = readDeclarations(source, bindings)
  const exports = readExports(source)
  const outside = new Set(exports.map(({ local }) => local))
  for (const definition of source.definitions) {
    if (definition.container === undefined && outside.has(definition.name)) definition.exported = true
  }
  return { imports, exports, references: readReferences({ source, declarations, listed }) }
}
