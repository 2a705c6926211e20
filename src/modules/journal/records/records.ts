import type { Host } from '../../../core/module'
import type { Operation } from '../../../core/operation'
import type { JournalSettings } from '../settings'
import { deleteRecord } from './delete-record'
import { getRecord } from './get-record'
import { queryRecords } from './query-records'
import { storeRecord } from './store-record'
import { updateRecord } from './update-record'

/** Free records: whatever is neither an entry nor a preference, by type. */
export const records = (host: Host<JournalSettings>): Operation[] => [
  storeRecord(host),
  getRecord(),
  queryRecords(),
  updateRecord(host),
  deleteRecord(),
]
