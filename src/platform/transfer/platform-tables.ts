import type { Module } from '../../core/module'
import type { StoredTable } from '../../core/table'
import { auditHeads, auditLog } from '../audit/tables'
import { apiKeys, userSubscriptions } from '../identity/tables'
import { jobRows } from '../jobs/tables'
import { taskRows } from '../tasks/tables'

const platformTables: readonly StoredTable[] = [
  apiKeys,
  userSubscriptions,
  auditLog,
  // Written by the triggers of the log; what they make of it is compared like everything else.
  { ...auditHeads, add: async () => {} },
  jobRows,
  taskRows,
]

/** Every declared table of the platform and of these modules. */
export const storedTables = (modules: readonly Pick<Module, 'tables'>[]): StoredTable[] => [
  ...platformTables,
  ...modules.flatMap(({ tables }) => tables ?? []),
]
