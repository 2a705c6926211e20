import type { Source } from '../analysis'
import type { Role } from '../facts'
import { childIn, type Syntax } from '../syntax'
import type { Written } from './expressions'
import type { ScopeRules } from './scopes'

/** What the analysis of names must know of a language whose scopes are its functions. */
export interface NameRules extends ScopeRules {
  /** Nodes that name something. */
  names: ReadonlySet<string>
  /** What is written of a definition, for the node of its name. */
  written(name: Syntax): Written | undefined
  /** Names that neither use nor bind: keyword arguments, labels, parts of imports. */
  skips(node: Syntax): boolean
  /** What a member is taken of, for the node of its name; undefined for names that stand alone. */
  objectOf(name: Syntax, source: Source): Syntax | undefined
  role(name: Syntax): Role
  /** Words that mean the type around them. */
  self: ReadonlySet<string>
  /** Members of the types around, and of what those extend, are named without them. */
  bareMembers: boolean
  /** A name that is written with the whole way to its module, for the node that ends in it. */
  whole?(node: Syntax, source: Source): WholeName | undefined
}

/** `imported` of the module `specifier`, which is `self` for the file's own. */
interface WholeName {
  /** What it begins with: where the file knows that by another meaning, the name is no whole one. */
  root: string
  specifier: string
  imported: string
}

/** A child in a field, as a list for `binds`. */
export const inField = (node: Syntax, field: string): Syntax[] => {
  const child = childIn(node, field)
  return child ? [child] : []
}
