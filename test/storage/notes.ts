import { eq, sql } from 'drizzle-orm'
import type { Scope } from '../../src/core/storage'
import { table } from '../../src/core/table'
import type { Storage } from '../../src/platform/storage/storage'

/** A table of the tests' own, with a column of every kind. */
export const notes = table('notes', 'owner', (c) => ({
  id: c.id(),
  owner: c.text().notNull(),
  body: c.text(),
  size: c.int(),
  weight: c.real(),
  done: c.bool(),
  at: c.time(),
  tags: c.json(),
  raw: c.bytes(),
}))

const sqliteTable = `create table notes (
  id text primary key not null, owner text not null, body text, size integer, weight real, done integer,
  at integer, tags text, raw blob
)`

const postgresTable = `create table holdfast.notes (
  id text primary key, owner text not null, body text, size bigint, weight double precision, done boolean,
  at timestamptz(3), tags jsonb, raw bytea
);
alter table holdfast.notes enable row level security;
alter table holdfast.notes force row level security;
create policy notes_caller on holdfast.notes to holdfast_caller
  using (owner = (select current_setting('app.principal', true)))
  with check (owner = (select current_setting('app.principal', true)));
create policy notes_system on holdfast.notes to holdfast_system using (true) with check (true);
grant select, insert, update, delete on holdfast.notes to holdfast_caller, holdfast_system`

/** Makes the table, protected like every table with owners. */
export const addNotes = ({ admin, dialect }: Storage) =>
  admin.transaction((session) => session.run(dialect === 'postgres' ? postgresTable : sqliteTable))

/** Inserts one note and returns its id. */
export async function addNote(storage: Storage, scope: Scope, owner: string, body = 'text'): Promise<string> {
  const id = Bun.randomUUIDv7()
  await scope.write((tx) => tx.insert(notes.on(storage.dialect)).values({ id, owner, body }))
  return id
}

/** The bodies that a scope sees, in order of their ids. */
export async function bodies(storage: Storage, scope: Scope): Promise<(string | null)[]> {
  const t = notes.on(storage.dialect)
  const rows = await scope.read((db) => db.select({ body: t.body }).from(t).orderBy(t.id))
  return rows.map((row) => row.body)
}

/** The note through a prepared query. */
export function getNote(storage: Storage, scope: Scope, id: string) {
  const t = notes.on(storage.dialect)
  return scope.prepared(
    'notes.get',
    (over) =>
      over
        .select()
        .from(t)
        .where(eq(t.id, sql.placeholder('id'))),
    { id },
  )
}
