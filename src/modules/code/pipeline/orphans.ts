import { setImmediate as turn } from 'node:timers/promises'
import { and, asc, eq, gt, inArray } from 'drizzle-orm'
import type { Scope } from '../../../core/storage'
import { removeText } from '../search/index-text'
import { tidyPostings } from '../search/postings/index-postings'
import { removeSymbols } from '../symbols/symbol-rows'
import { codeBlobs, indexedFiles } from '../tables'
import type { StagePlace } from './stage'

const looked = 2000
const removedAtOnce = 10

/** Removes texts that no file shows, in parts. Returns how many. */
export async function removeOrphans(place: StagePlace, signal?: AbortSignal): Promise<number> {
  const removed = await removeUnshown(place, signal)
  await tidyPostings(place, signal)
  return removed
}

async function removeUnshown({ scope, owner, repositoryId }: StagePlace, signal?: AbortSignal) {
  let removed = 0
  for (let after = 0; ; await turn()) {
    signal?.throwIfAborted()
    const { blobs, last } = await findOrphans(scope, owner, repositoryId, after)
    for (let from = 0; from < blobs.length; from += removedAtOnce, await turn()) {
      const part = blobs.slice(from, from + removedAtOnce)
      await scope.write(async (tx) => {
        const t = codeBlobs.on(tx.dialect)
        await removeText(tx, owner, part)
        await removeSymbols(tx, part)
        await tx.delete(t).where(and(eq(t.owner, owner), inArray(t.blob, part)))
      })
      removed += part.length
    }
    if (last === undefined) return removed
    after = last
  }
}

async function findOrphans(scope: Scope, owner: string, repositoryId: string, after: number) {
  return scope.read(async (db) => {
    const t = codeBlobs.on(db.dialect)
    const f = indexedFiles.on(db.dialect)
    const rows = await db
      .select({ blob: t.blob })
      .from(t)
      .where(and(eq(t.owner, owner), eq(t.repository_id, repositoryId), gt(t.blob, after)))
      .orderBy(asc(t.blob))
      .limit(looked)
    if (rows.length === 0) return { blobs: [], last: undefined }
    const all = rows.map(({ blob }) => blob)
    const shown = await db
      .selectDistinct({ blob: f.blob })
      .from(f)
      .where(and(eq(f.owner, owner), inArray(f.blob, all)))
    const kept = new Set(shown.map(({ blob }) => blob))
    return {
      blobs: all.filter((blob) => !kept.has(blob)),
      last: rows.length < looked ? undefined : all.at(-1)!,
    }
  })
}
