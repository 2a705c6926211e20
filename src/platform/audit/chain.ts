import { eq, sql } from 'drizzle-orm'
import type { Writer } from '../../core/storage'
import type { AppendAudit, AuditEvent } from './audit'
import { auditHeads, auditLog } from './tables'

/** A stored entry; `hash` covers all other fields. */
export interface Entry {
  id: string
  owner: string
  /** 1, 2, 3, … without gaps within an owner. */
  seq: number
  actor: string
  operation: string
  subject: string
  request_id: string
  at: Date
  /** `hash` of the entry before; `genesis` for the first. */
  prev_hash: string
  hash: string
}

/** Where a chain ends. */
export interface Tail {
  seq: number
  hash: string
}

/** What the first entry of every chain links to: 64 zeros. */
export const genesis = '0'.repeat(64)

/**
 * Links the event to its owner's chain and stores it. Two statements: the tail (on Postgres under a lock of the owner's that lasts to the
 * end of the transaction; SQLite has one writer) and the entry, whose trigger moves the head.
 */
export const appendAudit: AppendAudit = async (tx, event) => {
  const tail = tx.dialect === 'postgres' ? await lockedTail(tx, event.owner) : await onlyTail(tx, event.owner)
  await tx.insert(auditLog.on(tx.dialect)).values(link(event, tail))
}

async function lockedTail(tx: Writer, owner: string): Promise<Tail | undefined> {
  const [tail] = await tx.rows<{ seq: string; hash: string }>(
    sql`select seq, hash from holdfast.audit_tail(${owner})`,
  )
  return tail && { seq: Number(tail.seq), hash: tail.hash }
}

async function onlyTail(tx: Writer, owner: string): Promise<Tail | undefined> {
  const heads = auditHeads.on('sqlite')
  const [tail] = await tx.prepared(
    'audit.tail',
    (db) =>
      db
        .select({ seq: heads.seq, hash: heads.hash })
        .from(heads)
        .where(eq(heads.owner, sql.placeholder('owner'))),
    { owner },
  )
  return tail
}

function link(event: AuditEvent, tail: Tail | undefined): Entry {
  const entry = {
    id: Bun.randomUUIDv7(),
    owner: event.owner,
    seq: (tail?.seq ?? 0) + 1,
    actor: event.actor,
    operation: event.operation,
    subject: event.subject,
    request_id: event.requestId,
    at: event.at,
    prev_hash: tail?.hash ?? genesis,
  }
  return { ...entry, hash: hashEntry(entry) }
}

/**
 * Hex SHA-256 over the JSON array `[1, prev_hash, owner, seq, id, actor, operation, subject, request_id, at]` in UTF-8, without blanks:
 * 1 is the version of this encoding, `at` is ISO 8601 UTC with milliseconds. JSON's quoting keeps two different entries from ever
 * reading the same.
 */
export function hashEntry(entry: Omit<Entry, 'hash'>): string {
  const { prev_hash, owner, seq, id, actor, operation, subject, request_id, at } = entry
  const fields = [1, prev_hash, owner, seq, id, actor, operation, subject, request_id, at.toISOString()]
  return Bun.SHA256.hash(JSON.stringify(fields), 'hex')
}
