import { verifyAudit } from '../audit/verify'
import type { Progress } from '../backup/backup'
import type { Storage } from '../storage/storage'
import type { Manifest } from './manifest'
import type { Store } from './store'
import { createTally } from './tally'

/** What was compared. */
export interface Compared {
  rows: number
  /** Chains of the audit trail, all of them intact. */
  audit_chains: number
}

/** Reads every row back and compares count and hash of each table with the archive, then follows the audit chains. Throws on a difference. */
export async function compareRows(
  storage: Storage,
  stores: readonly Store[],
  { tables }: Manifest,
  progress: Progress = () => {},
): Promise<Compared> {
  const total = tables.reduce((sum, { rows }) => sum + rows, 0)
  const wanted = new Map(tables.map((table) => [table.name, table]))
  let done = 0
  await storage.system.read(async (db) => {
    for (const store of stores) {
      const tally = createTally()
      for await (const rows of store.pages(db)) {
        for (const row of rows) tally.add(store.codec.encode(row))
        done += rows.length
        progress(done, total, `compare ${store.name}`)
      }
      const [found, meant] = [tally.result(), wanted.get(store.name)!]
      if (found.rows !== meant.rows || found.sha256 !== meant.sha256)
        throw new Error(
          `${store.name} is not what the archive holds (${found.rows} of ${meant.rows} rows, ${found.sha256 === meant.sha256 ? 'equal' : 'other'} contents): start again with an empty database`,
        )
    }
  })
  const { owners, faults } = await verifyAudit(storage.system)
  if (faults.length > 0)
    throw new Error(
      `${faults.length} audit chains are broken in it, as they were where it comes from; see 'holdfast audit verify'`,
    )
  return { rows: total, audit_chains: owners }
}
