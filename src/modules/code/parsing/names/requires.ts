import { type Analysis, type Source, textOf } from '../analysis'
import type { ImportFact } from '../facts'
import { childIn, nodesOf } from '../syntax'

/** `require_relative` and `require` of Ruby. */
export function readRequires(source: Source): Analysis {
  const imports = nodesOf(source.root, new Set(['call'])).flatMap((node): ImportFact[] => {
    const [method, path] = [childIn(node, 'method'), childIn(node, 'arguments')?.children[0]]
    if (!method || path?.type !== 'string' || childIn(node, 'receiver')) return []
    if (!/^require(_relative)?$/.test(textOf(source, method))) return []
    const at = source.positionOf(path.start)
    return [{ kind: 'require', specifier: textOf(source, path).slice(1, -1), ...at, bindings: [] }]
  })
  return { imports, exports: [], references: [] }
}
