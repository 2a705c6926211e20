import { and, asc, desc, eq, inArray, like, ne, or, type SQL, sql } from 'drizzle-orm'
import { notFound } from '../../../core/errors'
import type { Dialect, Reader, Select } from '../../../core/storage'
import { projectMembers } from '../projects/find-project'
import { repositories } from '../tables'
import type { RepositoryRow } from './repository'

/**
 * The owner's repository by id, name (`owner/repo`, `repo` when it is the only one), `name@ref`, URL or folder. Throws `not_found`, for a
 * stranger's too.
 */
export async function findRepository(db: Reader, owner: string, text: string): Promise<RepositoryRow> {
  const t = repositories.on(db.dialect)
  const wanted = text.trim()
  const rows = await db
    .select()
    .from(t)
    .where(and(eq(t.owner, owner), ne(t.status, 'removing'), isCalled(db, wanted)))
    .orderBy(asc(t.ref), asc(t.name))
    .limit(50)
  const found = rows.find((row) => isNamed(row, wanted)) ?? onlyOne(rows)
  if (!found) throw notFound('repository')
  return found
}

/** What the database can tell by its indexes; `isNamed` decides. */
function isCalled({ dialect }: Reader, wanted: string): SQL {
  const t = repositories.on(dialect)
  const plain = wanted.replace(/\/+$/, '').replace(/\.git$/, '')
  const [name] = splitRef(plain)
  const tail = `%/${name.replace(/[\\%_]/g, '\\$&')}`
  const same = sql`lower(${t.name}) in (${name.toLowerCase()}, ${plain.toLowerCase()})`
  return or(
    eq(t.id, wanted.toLowerCase()),
    same,
    eq(t.location, plain),
    sql`${like(t.name, tail)} escape '\\'`,
  )!
}

function isNamed(row: RepositoryRow, wanted: string): boolean {
  const plain = wanted.replace(/\/+$/, '').replace(/\.git$/, '')
  if (row.id === wanted.toLowerCase()) return true
  const full = row.ref ? `${row.name}@${row.ref}` : row.name
  if (full.toLowerCase() === plain.toLowerCase()) return true
  const [name, ref] = splitRef(plain)
  if (row.name.toLowerCase() === name.toLowerCase() && ref !== '' && (ref === row.ref || ref === row.branch))
    return true
  return row.location === plain
}

/** A short name counts when it can mean one repository alone. */
function onlyOne(rows: RepositoryRow[]): RepositoryRow | undefined {
  const names = new Set(rows.map(({ name }) => name))
  return names.size === 1 ? rows[0] : undefined
}

function splitRef(text: string): [name: string, ref: string] {
  const at = text.lastIndexOf('@')
  return at > 0 && !text.includes('://') ? [text.slice(0, at), text.slice(at + 1)] : [text, '']
}

/** Which of the owner's repositories an answer is about. */
export interface RepositoryChoice {
  repository?: string | undefined
  /** A project's name or id. */
  project?: string | undefined
}

/**
 * The chosen repositories that show something; all of the owner's when none is named, the latest indexed first. A name that fits none is `not_found`:
 * it never means all.
 */
export async function findRepositories(
  db: Reader,
  owner: string,
  choice: RepositoryChoice,
): Promise<RepositoryRow[]> {
  if (choice.repository === undefined && choice.project === undefined) return allRepositories(db, owner)
  const t = repositories.on(db.dialect)
  const named =
    choice.repository === undefined ? undefined : await findRepository(db, owner, choice.repository)
  const members = choice.project === undefined ? undefined : await projectMembers(db, owner, choice.project)
  return db
    .select()
    .from(t)
    .where(
      and(
        eq(t.owner, owner),
        ne(t.status, 'removing'),
        named ? eq(t.id, named.id) : undefined,
        members ? inArray(t.id, members) : undefined,
      ),
    )
    .orderBy(desc(t.indexed_at), asc(t.id))
}

/** Every search asks for them: the query stays prepared. */
const allRepositories = (db: Reader, owner: string): Promise<RepositoryRow[]> =>
  db.prepared('code_repositories_of_owner', byOwner, { owner })

function byOwner(db: Select, dialect: Dialect) {
  const t = repositories.on(dialect)
  return db
    .select()
    .from(t)
    .where(and(eq(t.owner, sql.placeholder('owner')), ne(t.status, 'removing')))
    .orderBy(desc(t.indexed_at), asc(t.id))
}
