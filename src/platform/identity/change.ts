import type { Writer } from '../../core/storage'
import { appendAudit } from '../audit/chain'

/** Who changes keys or subscriptions, for the audit trail; a command of the operator where nothing is said. */
export interface Change {
  actor?: string
  requestId?: string
  /** Default: now. */
  at?: Date
}

/** A change with every part filled in. */
export type FullChange = Required<Change>

export const fullChange = (change: Change = {}): FullChange => ({
  actor: change.actor ?? 'cli',
  requestId: change.requestId ?? Bun.randomUUIDv7(),
  at: change.at ?? new Date(),
})

/** Ends the transaction of a change with its audit entry. */
export const audit = (tx: Writer, change: FullChange, owner: string, operation: string, subject: string) =>
  appendAudit(tx, { ...change, owner, operation, subject })
