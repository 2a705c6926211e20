import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { verifyAudit } from '../../platform/audit/verify'
import { openStorage } from '../../platform/storage/open'

/** Faults in the audit trail of an unpacked SQLite database; 0 where the backup holds none. */
export async function auditFaults(folder: string): Promise<number> {
  if (!existsSync(join(folder, 'holdfast.db'))) return 0
  const storage = await openStorage(
    { DATA_DIR: folder, DATABASE_URL: undefined, DATABASE_POOL_SIZE: 1, DATABASE_SSL_CA: undefined },
    { readOnly: true },
  )
  try {
    const [table] = await storage.admin.rows("select 1 from sqlite_master where name = 'audit_log'")
    return table ? (await verifyAudit(storage.system)).faults.length : 0
  } finally {
    await storage.close()
  }
}
