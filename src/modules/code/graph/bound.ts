import type { FileFacts, ImportKind } from '../parsing/facts'

/** An import, as stored: from which file, and where it leads. */
export interface Edge {
  from: string
  test: boolean
  kind: string
  specifier: string
  name: string | null
  line: number
  column: number
  path: string | null
  package: string | null
}

/** A name that a file imports, with where it leads. `index` is the binding's; undefined for an import as a whole. */
export interface Bound {
  kind: ImportKind
  index: number | undefined
  local: string
  imported: string
  line: number
  column: number
  path: string | null
  /** `import a.b` of Python names the package `a`: its `__init__`, whether there is one or not. */
  root?: string
}

/** Facts and stored rows are in the same order: a row for each binding, one for an import without. */
export function boundOf({ imports }: FileFacts, rows: readonly Edge[]): Bound[] {
  let [row, index] = [0, 0]
  return imports.flatMap(({ kind, specifier, bindings, line, column }): Bound[] => {
    if (bindings.length === 0) {
      const path = rows[row++]?.path ?? null
      const imported = path && /\.java$/.test(path) ? nested(specifier, path) : '*'
      return [{ kind, index: undefined, local: '', imported, line, column, path }]
    }
    return bindings.map((binding) => {
      const path = rows[row++]?.path ?? null
      return { kind, index: index++, ...binding, ...meaning(specifier, binding, path), path }
    })
  })
}

/** What a binding names of the file that it leads to. */
function meaning(
  specifier: string,
  { local, imported }: Pick<Bound, 'local' | 'imported'>,
  path: string | null,
): Pick<Bound, 'imported' | 'root'> {
  if (path === null) return { imported }
  if (/\.java$/.test(path)) return { imported: nested(specifier, path) }
  if (path.endsWith('.rs')) return { imported: ofRust(specifier, imported, path) }
  const stem = /^(.*?)(?:\/__init__)?\.pyi?$/.exec(path)?.[1]
  if (stem === undefined) return { imported }
  const [first, ...others] = specifier.split('.')
  if (imported === '*' && local === first && others.length > 0)
    return { imported, root: `${stem.split('/').slice(0, -others.length).join('/')}/__init__.py` }
  return { imported: isModule(specifier, imported, stem) ? '*' : imported }
}

/**
 * `use crate::cart` of Rust brings a module where that is a file of its own; `use crate::Shape::Circle` brings `Shape.Circle`: types begin
 * with a capital, modules do not.
 */
function ofRust(specifier: string, imported: string, path: string): string {
  const around = specifier.slice(specifier.lastIndexOf(':') + 1)
  const file = path
    .replace(/(\/mod)?\.rs$/, '')
    .split('/')
    .at(-1)
  if (file === imported && around !== imported) return '*'
  return /^[A-Z]/.test(around) && imported !== '*' ? `${around}.${imported}` : imported
}

/** `import static a.Money.of` of Java brings `Money.of` of the file that it leads to, `import a.Money.*` all of `Money`. */
function nested(specifier: string, path: string): string {
  const names = specifier.split('.')
  const file = path.slice(path.lastIndexOf('/') + 1, -'.java'.length)
  return names.slice(names.lastIndexOf(file)).join('.')
}

/** `from a import b` of Python brings the module `a/b` where there is one. */
function isModule(specifier: string, imported: string, stem: string): boolean {
  if (imported === '*') return false
  const names = stem.split('/')
  const last = specifier.replace(/^\.+/, '').split('.').at(-1) ?? ''
  return names.at(-1) === imported && (last !== imported || names.at(-2) === imported)
}
