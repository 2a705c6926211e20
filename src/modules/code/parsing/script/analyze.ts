import type { Analysis, Source } from '../analysis'
import { readDeclarations } from './declarations'
import { readExports } from './exports'
import { createExpressions } from './expressions'
import { readImports } from './imports'
import { readReferences } from './references'
import { readShapes } from './shapes'

/** Imports, exports and scope-resolved references of TypeScript and JavaScript. */
export function analyzeScript(source: Source): Analysis {
  const { imports, bindings, listed } = readImports(source)
  const declarations = readDeclarations(source, bindings)
  const exports = readExports(source)
  const outside = new Set(exports.map(({ local }) => local))
  for (const definition of source.definitions) {
    if (definition.container === undefined && outside.has(definition.name)) definition.exported = true
  }
  const expressions = createExpressions(source, declarations)
  const references = readReferences({ source, declarations, expressions, listed })
  const symbols = new Map(source.definitions.map(({ nameStart }, index) => [nameStart, index]))
  const shapes = readShapes(expressions, symbols)
  return { imports, exports, references, expressions: expressions.list, shapes }
}
