import { setImmediate as turn } from 'node:timers/promises'
import { and, desc, eq, type Placeholder, type SQL, sql } from 'drizzle-orm'
import type { Dialect, Queries, Reader, Select, Writer } from '../../../core/storage'
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

const isOwn = (dialect: Dialect, owner: string | Placeholder, id: string | Placeholder) => {
  const t = storageRecords.on(dialect)
  return and(eq(t.owner, owner), eq(t.id, id))
}

/** The owner's record; a stranger's is not found. */
export async function findRecord(db: Queries, owner: string, id: string): Promise<RecordRow | undefined> {
  const [row] = await db.prepared<RecordRow[]>('journal.record', byId, { owner, id: id.toLowerCase() })
  return row
}

const byId = (db: Select, dialect: Dialect) =>
  db
    .select(columnsOf(dialect))
    .from(storageRecords.on(dialect))
    .where(isOwn(dialect, sql.placeholder('owner'), sql.placeholder('id')))

/** Which records a query shows. */
export interface RecordFilter {
  recordType?: string
  /** Names of top-level members with the JSON texts that they must equal. */
  members: [name: string, text: string][]
  /** Those older than this one. */
  before?: Position | undefined
  limit: number
}

/**
 * The owner's records, newest first, one more than the limit. No index knows the members of records: SQLite, which works on this very
 * thread, looks through them in parts, between which others get their turn and `signal` is heeded.
 */
export async function findRecords(
  db: Reader,
  owner: string,
  filter: RecordFilter,
  signal: AbortSignal,
): Promise<RecordRow[]> {
  if (db.dialect === 'postgres' || filter.members.length === 0) return readRecords(db, owner, filter)
  const found: RecordRow[] = []
  for (let before = filter.before; ; await turn()) {
    signal.throwIfAborted()
    const last = await endOfPart(db, owner, { ...filter, before })
    const limit = filter.limit - found.length
    found.push(...(await readRecords(db, owner, { ...filter, before, limit }, last)))
    if (!last || found.length > filter.limit) return found
    before = last
  }
}

/** Where a record stands in the order of lists. */
interface Position {
  createdAt: Date
  id: string
}

/** Records of one part. */
const partSize = 100

/** The last record of the part that follows `before`; undefined for the last part. */
async function endOfPart(db: Reader, owner: string, filter: RecordFilter): Promise<Position | undefined> {
  const t = storageRecords.on(db.dialect)
  const [last] = await db
    .select({ createdAt: t.created_at, id: t.id })
    .from(t)
    .where(and(...inList(db.dialect, owner, filter)))
    .orderBy(desc(t.created_at), desc(t.id))
    .limit(1)
    .offset(partSize - 1)
  return last
}

/** One more than the limit; `last` ends the part that is looked through. */
function readRecords(db: Reader, owner: string, filter: RecordFilter, last?: Position): Promise<RecordRow[]> {
  const { dialect } = db
  const t = storageRecords.on(dialect)
  const conditions = [
    ...inList(dialect, owner, filter),
    last && sql`(${t.created_at}, ${t.id}) >= ${rowOf(dialect, last)}`,
    ...filter.members.map(([name, text]) => memberEquals(dialect, t.data, name, text)),
  ]
  return db
    .select(columnsOf(dialect))
    .from(t)
    .where(and(...conditions))
    .orderBy(desc(t.created_at), desc(t.id))
    .limit(filter.limit + 1)
}

/** Compared as a pair, so that the index leads to the place. */
const rowOf = (dialect: Dialect, { createdAt, id }: Position): SQL => {
  const t = storageRecords.on(dialect)
  return sql`(${sql.param(createdAt, t.created_at)}, ${sql.param(id, t.id)})`
}

function inList(dialect: Dialect, owner: string, { recordType, before }: RecordFilter): (SQL | undefined)[] {
  const t = storageRecords.on(dialect)
  return [
    eq(t.owner, owner),
    recordType === undefined ? undefined : eq(t.record_type, recordType),
    before && sql`(${t.created_at}, ${t.id}) < ${rowOf(dialect, before)}`,
  ]
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
    .where(isOwn(dialect, owner, id.toLowerCase()))
  return findRecord(tx, owner, id)
}

/** True when there was one. */
export async function removeRecord(tx: Writer, owner: string, id: string): Promise<boolean> {
  const t = storageRecords.on(tx.dialect)
  const removed = await tx
    .delete(t)
    .where(isOwn(tx.dialect, owner, id.toLowerCase()))
    .returning({ id: t.id })
  return removed.length > 0
}
