import { and, desc, eq, lt, or, type SQL } from 'drizzle-orm'
import type { Dialect, Reader, Writer } from '../../../core/storage'
import { fromJson, memberEquals, toJson } from '../json/column'
import { storageRecords } from '../tables'
import type { RecordRow } from './record'

const columnsOf = (dialect: Dialect) => {
  const t = storageRecords.on(dialect)
  return {
    id: t.id,
    record_type: t.record_type,
    data: fromJson(dialect, t.data),
    metadata: fromJson(dialect, t.metadata),
    created_at: t.created_at,
    updated_at: t.updated_at,
  }
}

const isOwn = (dialect: Dialect, owner: string, id: string) => {
  const t = storageRecords.on(dialect)
  return and(eq(t.owner, owner), eq(t.id, id.toLowerCase()))
}

/** The owner's record; a stranger's is not found. */
export async function findRecord(db: Reader, owner: string, id: string): Promise<RecordRow | undefined> {
  const { dialect } = db
  const [row] = await db
    .select(columnsOf(dialect))
    .from(storageRecords.on(dialect))
    .where(isOwn(dialect, owner, id))
  return row
}

/** Which records a query shows. */
export interface RecordFilter {
  recordType?: string
  /** Names of top-level members with the JSON texts that they must equal. */
  members: [name: string, text: string][]
  /** Those older than this one. */
  before?: { createdAt: Date; id: string }
  limit: number
}

/** The owner's records, newest first, one more than the limit. */
export function findRecords(db: Reader, owner: string, filter: RecordFilter): Promise<RecordRow[]> {
  const { dialect } = db
  const t = storageRecords.on(dialect)
  const { recordType, members, before, limit } = filter
  const conditions: (SQL | undefined)[] = [
    eq(t.owner, owner),
    recordType === undefined ? undefined : eq(t.record_type, recordType),
    before &&
      or(lt(t.created_at, before.createdAt), and(eq(t.created_at, before.createdAt), lt(t.id, before.id))),
    ...members.map(([name, text]) => memberEquals(dialect, t.data, name, text)),
  ]
  return db
    .select(columnsOf(dialect))
    .from(t)
    .where(and(...conditions))
    .orderBy(desc(t.created_at), desc(t.id))
    .limit(limit + 1)
}

/** A record that is not stored yet; `data` and `metadata` are JSON texts. */
export interface NewRecord {
  id: string
  recordType: string
  data: string
  metadata: string
  at: Date
}

export async function addRecord(tx: Writer, owner: string, record: NewRecord): Promise<RecordRow> {
  const { dialect } = tx
  await tx.insert(storageRecords.on(dialect)).values({
    id: record.id,
    owner,
    record_type: record.recordType,
    data: toJson(dialect, record.data),
    metadata: toJson(dialect, record.metadata),
    created_at: record.at,
    updated_at: record.at,
  })
  return (await findRecord(tx, owner, record.id))!
}

/** JSON texts that replace what is stored; what is undefined stays. */
export interface RecordChange {
  data?: string
  metadata?: string
  at: Date
}

/** The changed row, or undefined when the owner has no such record. */
export async function changeRecord(
  tx: Writer,
  owner: string,
  id: string,
  { data, metadata, at }: RecordChange,
): Promise<RecordRow | undefined> {
  const { dialect } = tx
  await tx
    .update(storageRecords.on(dialect))
    .set({
      updated_at: at,
      ...(data !== undefined && { data: toJson(dialect, data) }),
      ...(metadata !== undefined && { metadata: toJson(dialect, metadata) }),
    })
    .where(isOwn(dialect, owner, id))
  return findRecord(tx, owner, id)
}

/** True when there was one. */
export async function removeRecord(tx: Writer, owner: string, id: string): Promise<boolean> {
  const t = storageRecords.on(tx.dialect)
  const removed = await tx
    .delete(t)
    .where(isOwn(tx.dialect, owner, id))
    .returning({ id: t.id })
  return removed.length > 0
}
