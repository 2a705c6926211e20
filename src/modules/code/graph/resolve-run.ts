import type { Scope } from '../../../core/storage'

/** Everything that resolving a staged generation needs. */
export interface ResolveRun {
  /** Rows of the owner. */
  scope: Scope
  owner: string
  repositoryId: string
  /** Rows that are written begin with this generation; those that they replace end with it. */
  generation: number
  /** Paths whose file is new or another in this generation, and those that are gone. On a first index all are `added`. */
  changed: { added: readonly string[]; removed: readonly string[] }
  signal: AbortSignal
  progress(done: number, total: number): Promise<void>
}

/** What the repository has in the staged generation. */
export interface Resolved {
  references: number
  dependencies: number
}
