import { setImmediate as turn } from 'node:timers/promises'
import { and, asc, eq, gt, inArray } from 'drizzle-orm'
import type { Scope } from '../../../core/storage'
import { removeText } from '../search/index-text'
import { tidyPostings } from '../search/postings/index-postings'
import { removeSymbols } from '../symbols/symbol-rows'
import { codeBlobs, indexedFiles } from '../tables'
import type { StagePlace } from './stage'
import { type Step, type StepPlace, takeSteps } from './steps'

const looked = 2000

/** Removes texts that no file shows, in parts. Returns how many. */
export async function removeOrphans(place: StagePlace & StepPlace): Promise<number> {
  const removed = await removeUnshown(place)
  await tidyPostings(place, place.signal)
  return removed
}

async function removeUnshown(place: StagePlace & StepPlace) {
  const { scope, owner, repositoryId, signal } = place
  let removed = 0
  for (let after = 0; ; await turn()) {
    signal.throwIfAborted()
    const { blobs, last } = await findOrphans(scope, owner, repositoryId, after)
    await removeTexts(place, blobs)
    removed += blobs.length
    if (last === undefined) return removed
    after = last
  }
}

/** Removes texts with pieces and symbols; the row that says that there is one goes last. */
export const removeTexts = (place: StagePlace & StepPlace, blobs: readonly number[]): Promise<void> =>
  takeSteps(
    place,
    blobs.flatMap((blob): Step[] => [
      (tx) => removeText(tx, place.owner, [blob]),
      (tx) => removeSymbols(tx, [blob]),
      async (tx) => {
        const t = codeBlobs.on(tx.dialect)
        await tx.delete(t).where(and(eq(t.owner, place.owner), eq(t.blob, blob)))
      },
    ]),
  )

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
