/** An issuer's scope and what it means here. */
export interface ScopeMapping {
  theirs: string
  ours: string
}

/** Reads `theirs=ours`; their names may hold an equals sign, ours cannot. */
export const parseScopeMap = (entries: readonly string[]): ScopeMapping[] =>
  entries.map((entry) => {
    const at = entry.lastIndexOf('=')
    return { theirs: entry.slice(0, at), ours: entry.slice(at + 1) }
  })

/**
 * What a client asks the issuer for to get these scopes: the issuer's first name for each, else its name for all of them, else ours.
 */
export function askedScopes(scopes: readonly string[], mapping: readonly ScopeMapping[]): string[] {
  const nameOf = (wanted: string) => mapping.find(({ ours }) => ours === wanted)?.theirs
  const all = nameOf('*')
  return [...new Set(scopes.map((scope) => nameOf(scope) ?? (scope === 'admin' ? undefined : all) ?? scope))]
}
