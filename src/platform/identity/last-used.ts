import { and, inArray, isNull, lte, or } from 'drizzle-orm'
import type { Scope } from '../../core/storage'
import { apiKeys } from './tables'

/** Notes the use of keys in the background. */
export interface LastUsed {
  /** Notes that the key is being used at this time, at most once a minute for each. */
  touch(key: { id: string; lastUsedAt: number }, at: number): void
  /** Resolves when what was noted so far is written, or could not be. */
  settled(): Promise<void>
}

interface LastUsedParts {
  system: Scope
  now(): number
  /** Told when a write failed; the keys go on working. */
  onFailure(): void
}

const everyMs = 60_000
/** Uses within this time are written together. */
const gatherMs = 250
const batch = 500

export function createLastUsed({ system, now, onFailure }: LastUsedParts): LastUsed {
  let noted = new Set<string>()
  let writing = Promise.resolve()
  const flush = () => {
    const ids = [...noted]
    noted = new Set()
    if (ids.length > 0) writing = writing.then(() => store(system, ids, now())).catch(onFailure)
    return writing
  }
  return {
    touch(key, at) {
      if (at - key.lastUsedAt < everyMs) return
      key.lastUsedAt = at
      if (noted.size === 0) setTimeout(flush, gatherMs).unref()
      noted.add(key.id)
    },
    settled: flush,
  }
}

/** The condition keeps the promise of once a minute among processes too. */
async function store(system: Scope, ids: string[], at: number): Promise<void> {
  for (let start = 0; start < ids.length; start += batch) {
    await system.write(async (tx) => {
      const keys = apiKeys.on(tx.dialect)
      const due = or(isNull(keys.last_used_at), lte(keys.last_used_at, new Date(at - everyMs)))
      await tx
        .update(keys)
        .set({ last_used_at: new Date(at) })
        .where(and(inArray(keys.id, ids.slice(start, start + batch)), due))
    })
  }
}
