import { eq, sql } from 'drizzle-orm'
import { AppError } from '../../../core/errors'
import type { Tier } from '../../../core/principal'
import type { Reader, Writer } from '../../../core/storage'
import { journalTotals } from '../tables'
import { bytesOf, type EntryRow } from './entry'

/** The row of all types together; also what writes of one owner queue at. */
export const allTypes = ''

/** Entries that a tier keeps; tiers that are not named keep any number. */
export const entryCaps: Partial<Record<Tier, number>> = { free: 100, basic: 1_000, solo: 1_000 }

interface Change {
  entries: number
  bytes: number
}

type Counted = Pick<EntryRow, 'entry_type' | 'entry' | 'tags' | 'metadata'>

/** Changes by type, the sum first: every write locks that row first, so no two can wait for each other. */
function changesOf(added: readonly Counted[], removed: readonly Counted[]): Map<string, Change> {
  const changes = new Map<string, Change>([[allTypes, { entries: 0, bytes: 0 }]])
  const count = (type: string, entries: number, bytes: number) => {
    const change = changes.get(type) ?? { entries: 0, bytes: 0 }
    changes.set(type, { entries: change.entries + entries, bytes: change.bytes + bytes })
  }
  for (const [entries, sign] of [
    [added, 1],
    [removed, -1],
  ] as const) {
    for (const entry of entries) {
      const bytes = sign * bytesOf(entry)
      count(allTypes, sign, bytes)
      count(entry.entry_type, sign, bytes)
    }
  }
  return changes
}

/** Waits until no other write of this owner is running; it then has to wait for this one. SQLite has one writer anyway. */
export async function lockOwner(tx: Writer, owner: string): Promise<void> {
  if (tx.dialect === 'postgres') await addChanges(tx, owner, new Map([[allTypes, { entries: 0, bytes: 0 }]]))
}

/** Counts entries in and out; returns how many the owner has then. */
export async function updateTotals(
  tx: Writer,
  owner: string,
  { added = [], removed = [] }: { added?: readonly Counted[]; removed?: readonly Counted[] },
): Promise<number> {
  return addChanges(tx, owner, changesOf(added, removed))
}

async function addChanges(tx: Writer, owner: string, changes: Map<string, Change>): Promise<number> {
  const t = journalTotals.on(tx.dialect)
  const rows = [...changes].map(([entry_type, change]) => ({ owner, entry_type, ...change }))
  const kept = await tx
    .insert(t)
    .values(rows)
    .onConflictDoUpdate({
      target: [t.owner, t.entry_type],
      set: { entries: sql`${t.entries} + excluded.entries`, bytes: sql`${t.bytes} + excluded.bytes` },
    })
    .returning({ entry_type: t.entry_type, entries: t.entries })
  return kept.find(({ entry_type }) => entry_type === allTypes)!.entries
}

/** Throws `upgrade_required` when `count` entries are more than the tier keeps. `stored` is what there is now. */
export function checkCap(tier: Tier, count: number, stored: number, upgradeUrl?: string): void {
  const limit = entryCaps[tier]
  if (limit === undefined || count <= limit) return
  throw new AppError(
    'upgrade_required',
    `The ${tier} tier keeps ${limit} journal entries and ${stored} are stored; reading goes on. Delete entries or upgrade to premium.`,
    { data: { tier, limit, current: stored, ...(upgradeUrl ? { upgrade_url: upgradeUrl } : {}) } },
  )
}

/** Entries of an owner by type; types without any are left out. */
export async function countByType(db: Reader, owner: string): Promise<Record<string, number>> {
  const t = journalTotals.on(db.dialect)
  const rows = await db.select().from(t).where(eq(t.owner, owner))
  const typed = rows.filter(({ entry_type, entries }) => entry_type !== allTypes && entries > 0)
  return Object.fromEntries(typed.map(({ entry_type, entries }) => [entry_type, entries]))
}
