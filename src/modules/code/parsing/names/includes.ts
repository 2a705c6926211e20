import { type Analysis, type Source, textOf } from '../analysis'
import type { ImportFact } from '../facts'
import { childIn, nodesOf } from '../syntax'

const without = (imports: ImportFact[]): Analysis => ({ imports, exports: [], references: [] })

/** `#include` of C and C++. */
export function readIncludes(source: Source): Analysis {
  return without(
    nodesOf(source.root, new Set(['preproc_include'])).flatMap((node): ImportFact[] => {
      const path = childIn(node, 'path')
      if (!path) return []
      const at = source.positionOf(path.start)
      return [{ kind: 'include', specifier: textOf(source, path).slice(1, -1), ...at, bindings: [] }]
    }),
  )
}

/** `require_relative` and `require` of Ruby. */
export function readRequires(source: Source): Analysis {
  return without(
    nodesOf(source.root, new Set(['call'])).flatMap((node): ImportFact[] => {
      const [method, path] = [childIn(node, 'method'), childIn(node, 'arguments')?.children[0]]
      if (!method || path?.type !== 'string' || childIn(node, 'receiver')) return []
      if (!/^require(_relative)?$/.test(textOf(source, method))) return []
      const at = source.positionOf(path.start)
      return [{ kind: 'require', specifier: textOf(source, path).slice(1, -1), ...at, bindings: [] }]
    }),
  )
}
