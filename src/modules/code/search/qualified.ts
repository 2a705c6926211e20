import { fold } from './fold'

/** A name with what it is in: `Money.add`, `geo::Vec`, `pkg.util.helper`, `Shop#open`. */
export interface Qualified {
  name: string
  /** Outermost first. */
  within: readonly string[]
}

const part = String.raw`[\p{L}\p{N}_$]+`
const qualified = new RegExp(`^${part}(?:(?:\\.|::|#|->)${part})+(?:\\(\\))?$`, 'u')

/** What a query says of where a name is; undefined for one that is a name alone, or a part of one. */
export function readQualified(query: string): Qualified | undefined {
  if (!qualified.test(query)) return undefined
  const parts = query.replace(/\(\)$/, '').split(/\.|::|#|->/)
  return { name: parts.at(-1)!, within: parts.slice(0, -1) }
}

/** A definition, and where it is. */
export interface Placed {
  name: string
  container?: string | undefined
  path: string
  repository: string
}

/** Whether a definition is within what the query says: types, namespaces and, by its path, modules and packages, outermost first. */
export function isWithin({ name, within }: Qualified, placed: Placed): boolean {
  // Names of some languages have dots of their own.
  if (fold(placed.name).includes(fold([...within, name].join('.')))) return true
  const around = [...placed.repository.split('/'), ...placed.path.replace(/\.[^./]*$/, '').split('/')]
  const names = [...around, ...(placed.container?.split(/\.|::/) ?? [])].map(plain)
  let at = -1
  return within.every((one) => {
    at = names.indexOf(plain(one), at + 1)
    return at >= 0
  })
}

/** Packages are written `my-crate` in paths and `my_crate` in code. */
const plain = (name: string) => fold(name).replaceAll('-', '_')
