import type { StepPlace } from '../pipeline/steps'

/** Everything that resolving a staged generation needs. */
export interface ResolveRun extends StepPlace {
  owner: string
  repositoryId: string
  /** Rows that are written begin with this generation; those that they replace end with it. */
  generation: number
  /** Paths whose file is new or another in this generation, and those that are gone. On a first index all are `added`. */
  changed: { added: readonly string[]; removed: readonly string[] }
  progress(done: number, total: number): Promise<void>
}
