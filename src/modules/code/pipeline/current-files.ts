import { setImmediate as turn } from 'node:timers/promises'
import { and, asc, eq, gt, isNull, sql } from 'drizzle-orm'
import type { Scope } from '../../../core/storage'
import { codeBlobs, indexedFiles } from '../tables'

/** A file that the index shows. */
export interface CurrentFile {
  file: number
  path: string
  blob: number | null
  hash: string
  skipped: string | null
  firstSeenAt: Date
}

/** A text that the index has. */
export interface KnownBlob {
  blob: number
  hash: string
  language: string
  generated: boolean
  minified: boolean
  factsVersion: number
}

const page = 1000

/** Every file that is shown now (staged rows were taken back before). */
export async function readCurrentFiles(
  scope: Scope,
  owner: string,
  repositoryId: string,
): Promise<CurrentFile[]> {
  const found: CurrentFile[] = []
  for (let after = ''; ; await turn()) {
    const rows = await scope.read((db) => {
      const t = indexedFiles.on(db.dialect)
      const columns = {
        file: t.file,
        path: t.path,
        blob: t.blob,
        hash: t.hash,
        skipped: t.skipped,
        firstSeenAt: t.first_seen_at,
      }
      const mine = and(eq(t.owner, owner), eq(t.repository_id, repositoryId), isNull(t.removed_in))
      const next = after === '' ? undefined : sql`(${t.path}, ${t.file}) > (${after}, ${found.at(-1)!.file})`
      return db.select(columns).from(t).where(and(mine, next)).orderBy(asc(t.path), asc(t.file)).limit(page)
    })
    found.push(...rows)
    if (rows.length < page) return found
    after = rows.at(-1)!.path
  }
}

/** Every text of the repository, also those that nothing shows yet: an attempt that was cut short has left them. */
export async function readKnownBlobs(
  scope: Scope,
  owner: string,
  repositoryId: string,
): Promise<KnownBlob[]> {
  const found: KnownBlob[] = []
  for (let after = 0; ; await turn()) {
    const rows = await scope.read((db) => {
      const t = codeBlobs.on(db.dialect)
      const columns = {
        blob: t.blob,
        hash: t.hash,
        language: t.language,
        generated: t.generated,
        minified: t.minified,
        factsVersion: t.facts_version,
      }
      const mine = and(eq(t.owner, owner), eq(t.repository_id, repositoryId), gt(t.blob, after))
      return db.select(columns).from(t).where(mine).orderBy(asc(t.blob)).limit(page)
    })
    found.push(...rows)
    if (rows.length < page) return found
    after = rows.at(-1)!.blob
  }
}
