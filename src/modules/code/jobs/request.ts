import { and, count, eq, ne } from 'drizzle-orm'
import { AppError } from '../../../core/errors'
import type { Host } from '../../../core/module'
import type { Reader, Writer } from '../../../core/storage'
import type { Address } from '../git/address'
import { hasFailed, type RepositoryRow } from '../repositories/repository'
import type { CodeSettings } from '../settings'
import { repositories } from '../tables'
import type { JobRow } from './job'
import { addJob, findActiveJob, newJob } from './job-rows'

/** What is to be indexed, for whom. */
export interface IndexRequest {
  owner: string
  address: Address
  ref: string
  /** The server's own credentials may be used. */
  private: boolean
}

/** The kind of background job that does one index job. */
export const indexKind = 'code.index'

/** The request's repository and the job that is under way for it, when both are there. */
export async function findRequested(
  db: Reader,
  request: IndexRequest,
): Promise<{ repository?: RepositoryRow; job?: JobRow | undefined }> {
  const repository = await findByAddress(db, request)
  if (!repository) return {}
  return { repository, job: await findActiveJob(db, request.owner, repository.id) }
}

async function findByAddress(
  db: Reader,
  { owner, address, ref }: IndexRequest,
): Promise<RepositoryRow | undefined> {
  const t = repositories.on(db.dialect)
  const rows = await db
    .select()
    .from(t)
    .where(and(eq(t.owner, owner), ne(t.status, 'removing'), eq(t.location, locationOf(address))))
  return (
    rows.find((row) => row.ref === ref) ??
    rows.find((row) => row.ref === '' && row.branch === ref && row.kind === 'remote')
  )
}

const locationOf = (address: Address) => (address.kind === 'remote' ? address.url : address.folder)

/** Adds the repository, unless it is there, and a job for it. */
export async function addRequest(
  tx: Writer,
  host: Host<CodeSettings>,
  request: IndexRequest,
  jobId: string,
): Promise<JobRow> {
  const at = new Date(host.now())
  const known = await findByAddress(tx, request)
  const repository = known ?? (await addRepository(tx, host, request, at))
  if (known && request.private && !known.private) await setKnown(tx, known, { private: true })
  // While it is tried again, it has not failed.
  if (known && hasFailed(known)) await setKnown(tx, known, { last_error: null })
  const { owner } = request
  const row = newJob(
    { id: jobId, owner, repository_id: repository.id, reason: 'request', ref: repository.ref },
    at,
  )
  await addJob(tx, row)
  return row
}

async function setKnown(
  tx: Writer,
  { id, owner }: RepositoryRow,
  values: Partial<RepositoryRow>,
): Promise<void> {
  const t = repositories.on(tx.dialect)
  await tx
    .update(t)
    .set(values)
    .where(and(eq(t.owner, owner), eq(t.id, id)))
}

async function addRepository(
  tx: Writer,
  host: Host<CodeSettings>,
  request: IndexRequest,
  at: Date,
): Promise<RepositoryRow> {
  const { owner, address, ref } = request
  await checkRoom(tx, owner, host.settings.CODE_MAX_REPOSITORIES)
  const row: RepositoryRow = {
    id: host.newId(),
    owner,
    name: await freeName(tx, request),
    ref,
    kind: address.kind,
    location: locationOf(address),
    private: request.private,
    branch: null,
    commit: null,
    dirty: false,
    generation: 0,
    files: 0,
    skipped: 0,
    bytes: 0,
    symbols: 0,
    references: 0,
    status: 'new',
    last_error: null,
    remote_commit: null,
    pushed_at: null,
    checked_at: null,
    indexed_at: null,
    created_at: at,
    updated_at: at,
  }
  await tx.insert(repositories.on(tx.dialect)).values(row)
  return row
}

async function checkRoom(tx: Writer, owner: string, most: number): Promise<void> {
  const t = repositories.on(tx.dialect)
  const [found] = await tx.select({ total: count() }).from(t).where(eq(t.owner, owner))
  if (found!.total < most) return
  throw new AppError(
    'conflict',
    `There are ${most} repositories already, as many as this server keeps for one owner: delete one`,
    {
      code: 'too_many_repositories',
    },
  )
}

/** Two folders, or two URLs, may want the same short name: the second is called by its whole location. */
async function freeName(tx: Writer, { owner, address, ref }: IndexRequest): Promise<string> {
  const t = repositories.on(tx.dialect)
  const [taken] = await tx
    .select({ id: t.id })
    .from(t)
    .where(and(eq(t.owner, owner), eq(t.name, address.name), eq(t.ref, ref)))
  return taken ? locationOf(address) : address.name
}
