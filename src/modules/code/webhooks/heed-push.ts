import { and, eq, inArray, lt, ne, sql } from 'drizzle-orm'
import type { Host, Job } from '../../../core/module'
import type { Reader, Scope } from '../../../core/storage'
import { readAddress } from '../git/address'
import { requestAgain } from '../jobs/follow-up'
import type { RepositoryRow } from '../repositories/repository'
import type { CodeSettings } from '../settings'
import { codeDeliveries, repositories } from '../tables'
import type { Push } from './push'
import { pushKind } from './routes'

const keepDays = 30

/** Brings every index of a pushed repository up to date, whoever owns it. A delivery that was heeded before changes nothing. */
export const heedPush = (host: Host<CodeSettings>): Job => ({
  kind: pushKind,
  async run(payload, { scope }) {
    const push = payload as Push
    const at = new Date(host.now())
    const rows = await noteDelivery(host, scope, push, at)
    for (const row of rows) await requestAgain(host, scope, row, 'push')
  },
})

/** The rows that the push is about, marked as behind; none for a delivery that was heeded. */
function noteDelivery(
  host: Host<CodeSettings>,
  scope: Scope,
  push: Push,
  at: Date,
): Promise<RepositoryRow[]> {
  return scope.write(async (tx) => {
    const d = codeDeliveries.on(tx.dialect)
    const r = repositories.on(tx.dialect)
    await tx.delete(d).where(lt(d.received_at, new Date(at.getTime() - keepDays * 86_400_000)))
    const rows = await findPushed(tx, host, push)
    const fresh = await tx
      .insert(d)
      .values({ id: push.delivery, received_at: at })
      .onConflictDoNothing()
      .returning({ id: d.id })
    // One that was cut short after this point left rows that are behind, without a job.
    if (fresh.length === 0)
      return rows.filter((row) => row.remote_commit === push.commit && row.commit !== push.commit)
    if (rows.length === 0) return []
    await tx
      .update(r)
      .set({ remote_commit: push.commit, pushed_at: at, updated_at: at })
      .where(
        inArray(
          r.id,
          rows.map(({ id }) => id),
        ),
      )
    return rows.filter((row) => row.commit !== push.commit)
  })
}

async function findPushed(
  db: Reader,
  { settings }: Host<CodeSettings>,
  { urls, branch, tag }: Push,
): Promise<RepositoryRow[]> {
  const r = repositories.on(db.dialect)
  const locations = new Set(urls.flatMap((url) => locationsOf(url, settings.KOTA_GIT_BASE_URL)))
  if (locations.size === 0) return []
  const rows = await db
    .select()
    .from(r)
    .where(
      and(ne(r.status, 'removing'), eq(r.kind, 'remote'), inArray(sql`lower(${r.location})`, [...locations])),
    )
  return rows.filter(({ ref, branch: shown }) => {
    if (ref !== '') return ref === branch || ref === tag
    return tag === null && (shown === null || branch === null || shown === branch)
  })
}

/** A URL as rows hold it, in lower case; none for what is no repository's URL. */
function locationsOf(url: string, base: string): string[] {
  try {
    const address = readAddress(url, base)
    return address.kind === 'remote' ? [address.url.toLowerCase()] : []
  } catch {
    return []
  }
}
