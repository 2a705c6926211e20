import { and, eq, notExists, sql } from 'drizzle-orm'
import type { Reader, Scope } from '../../core/storage'
import type { ChainFault, VerifyAudit } from './audit'
import { type Entry, genesis, hashEntry, type Tail } from './chain'
import { auditHeads, auditLog } from './tables'

/** Entries read at a time. */
const pageSize = 1000
/** More faults than these are not listed: whoever has that many knows enough. */
const maxFaults = 1000

/**
 * Walks the chains in pages, so memory does not grow with them, and beside a running server: each page is one snapshot of entries and heads.
 * Sees entries that were changed, removed (in the middle, at the end, all of them), reordered or slipped in.
 */
export const verifyAudit: VerifyAudit = async (system, { owner, progress } = {}) => {
  const total = await system.read((db) => countEntries(db, owner))
  const walk = createWalk()
  for (
    let page = await readPage(system, owner);
    page.length > 0;
    page = await readPage(system, owner, walk.last())
  ) {
    for (const found of page) walk.step(found)
    progress?.(walk.entries(), Math.max(total, walk.entries()))
  }
  walk.endChain()
  for (const head of await system.read((db) => lostChains(db, owner))) {
    walk.report(head.owner, 1, `entries 1 to ${head.seq} are missing`)
  }
  return { owners: walk.owners(), entries: walk.entries(), faults: walk.faults }
}

interface Found {
  entry: Entry
  head: Tail | null
}

function createWalk() {
  const faults: ChainFault[] = []
  let [owners, entries] = [0, 0]
  let last: Found | undefined
  const report = (owner: string, seq: number, fault: string) => {
    if (faults.length < maxFaults) faults.push({ owner, seq, fault })
  }
  const endChain = () => {
    if (last) checkEnd(last, report)
  }
  return {
    faults,
    report,
    endChain,
    owners: () => owners,
    entries: () => entries,
    last: () => last?.entry,
    step(found: Found) {
      const begins = last?.entry.owner !== found.entry.owner
      if (begins) {
        endChain()
        owners++
      }
      checkEntry(found.entry, begins ? undefined : last?.entry, report)
      entries++
      last = found
    },
  }
}

type Report = (owner: string, seq: number, fault: string) => void

function checkEntry(entry: Entry, before: Entry | undefined, report: Report): void {
  const { owner, seq } = entry
  const expected = (before?.seq ?? 0) + 1
  if (seq !== expected) {
    report(
      owner,
      expected,
      seq === expected + 1 ? 'the entry is missing' : `entries ${expected} to ${seq - 1} are missing`,
    )
  } else if (entry.prev_hash !== (before?.hash ?? genesis)) {
    report(owner, seq, 'the link to the entry before differs')
  }
  if (hashEntry(entry) !== entry.hash) report(owner, seq, 'the hash differs: the entry was changed')
}

function checkEnd({ entry, head }: Found, report: Report): void {
  const { owner, seq } = entry
  if (!head) report(owner, seq, 'the chain has no head')
  else if (head.seq > seq)
    report(owner, seq + 1, `the end is cut off: entries ${seq + 1} to ${head.seq} are missing`)
  else if (head.seq < seq) report(owner, head.seq + 1, 'the entry stands behind the end of the chain')
  else if (head.hash !== entry.hash) report(owner, seq, 'the last hash is not the one that was remembered')
}

async function countEntries(db: Reader, owner: string | undefined): Promise<number> {
  const log = auditLog.on(db.dialect)
  const [row] = await db
    .select({ total: sql<string>`count(*)` })
    .from(log)
    .where(owner === undefined ? undefined : eq(log.owner, owner))
  return Number(row!.total)
}

function readPage(system: Scope, owner: string | undefined, after?: Entry): Promise<Found[]> {
  return system.read(async (db) => {
    const log = auditLog.on(db.dialect)
    const heads = auditHeads.on(db.dialect)
    const beyond = after && sql`(${log.owner}, ${log.seq}) > (${after.owner}, ${after.seq})`
    return await db
      .select({ entry: log, head: { seq: heads.seq, hash: heads.hash } })
      .from(log)
      .leftJoin(heads, eq(heads.owner, log.owner))
      .where(and(owner === undefined ? undefined : eq(log.owner, owner), beyond))
      .orderBy(log.owner, log.seq)
      .limit(pageSize)
  })
}

/** Heads without a single entry. */
function lostChains(db: Reader, owner: string | undefined): Promise<{ owner: string; seq: number }[]> {
  const log = auditLog.on(db.dialect)
  const heads = auditHeads.on(db.dialect)
  const entries = db.select({ seq: log.seq }).from(log).where(eq(log.owner, heads.owner))
  return db
    .select({ owner: heads.owner, seq: heads.seq })
    .from(heads)
    .where(and(owner === undefined ? undefined : eq(heads.owner, owner), notExists(entries)))
    .limit(maxFaults)
}
