import type { Scope, Writer } from '../../core/storage'

/** One link of an owner's chain, as the caller states it. */
export interface AuditEvent {
  owner: string
  /** The credential that acted (key id, `local`, …). */
  actor: string
  operation: string
  /** Id of what was changed; never content. */
  subject: string
  requestId: string
  at: Date
}

/** Appends as the last statement of a write. */
export type AppendAudit = (tx: Writer, event: AuditEvent) => Promise<void>

export interface ChainFault {
  owner: string
  seq: number
  /** What does not hold: `hash differs`, `link missing`, … */
  fault: string
}

/** Walks every owner's chain (or one's); progress is called with entries checked so far. */
export type VerifyAudit = (
  system: Scope,
  options?: { owner?: string; progress?: (done: number, total: number) => void },
) => Promise<{ owners: number; entries: number; faults: ChainFault[] }>
