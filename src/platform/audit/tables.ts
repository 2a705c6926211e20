import { table } from '../../core/table'

/** Every write's entry, one hash chain an owner; appended and never changed. Primary key (owner, seq). */
export const auditLog = table('audit_log', 'owner', (c) => ({
  id: c.text().notNull(),
  owner: c.text().notNull(),
  seq: c.int().notNull(),
  actor: c.text().notNull(),
  operation: c.text().notNull(),
  subject: c.text().notNull(),
  request_id: c.text().notNull(),
  at: c.time().notNull(),
  prev_hash: c.text().notNull(),
  hash: c.text().notNull(),
}))

/** Where each owner's chain ends; moved by a trigger in the same statement that appends. */
export const auditHeads = table('audit_heads', 'owner', (c) => ({
  owner: c.text().primaryKey(),
  seq: c.int().notNull(),
  hash: c.text().notNull(),
}))
