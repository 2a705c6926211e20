import { inArray } from 'drizzle-orm'
import type { SenderKey } from '../../core/module'
import type { Scope } from '../../core/storage'
import { audit, fullChange } from './change'
import { isServiceName, readNewKey } from './key-input'
import { newRow } from './new-row'
import { apiKeys } from './tables'

/**
 * Stores ingest keys that were issued elsewhere. Those that are known, ended ones too, stay as they are; so does a service whose name none
 * of ours can have: its metrics would be refused anyway. Gives how many are new.
 */
export async function acceptSenders(system: Scope, keys: readonly SenderKey[]): Promise<number> {
  const fresh = await unknownOf(system, keys)
  if (fresh.length === 0) return 0
  const by = fullChange({ actor: 'import' })
  return await system.write(async (tx) => {
    let stored = 0
    for (const { hash, service, limit } of fresh) {
      const columns = readNewKey({ service, limits: limit === undefined ? null : { minute: limit } }, by.at)
      const row = newRow(columns, { id: crypto.randomUUID(), hash }, by.at)
      const added = await tx.insert(apiKeys.on(tx.dialect)).values(row).onConflictDoNothing().returning()
      if (added.length === 0) continue
      await audit(tx, by, row.owner, 'accept_key', row.id)
      stored++
    }
    return stored
  })
}

async function unknownOf(system: Scope, keys: readonly SenderKey[]): Promise<SenderKey[]> {
  const fitting = keys.filter(({ service }) => isServiceName(service))
  if (fitting.length === 0) return []
  const hashes = fitting.map(({ hash }) => hash)
  const known = await system.read((db) => {
    const table = apiKeys.on(db.dialect)
    return db.select({ hash: table.hash }).from(table).where(inArray(table.hash, hashes))
  })
  const there = new Set(known.map(({ hash }) => hash))
  return fitting.filter(({ hash }) => !there.has(hash))
}
