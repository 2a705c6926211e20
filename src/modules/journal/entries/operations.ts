import type { Host } from '../../../core/module'
import type { Operation } from '../../../core/operation'
import type { JournalSettings } from '../settings'
import { deleteJournalEntry } from './delete-journal-entry'
import { getJournalEntries } from './get-journal-entries'
import { getJournalEntry } from './get-journal-entry'
import { logAnalysisEntry } from './log-analysis-entry'
import { logTradeEntry } from './log-trade-entry'
import { storeJournalEntry } from './store-journal-entry'
import { updateJournalEntry } from './update-journal-entry'

/** Writing, reading, changing and deleting entries. */
export const entries = (host: Host<JournalSettings>): Operation[] => [
  storeJournalEntry(host),
  getJournalEntries,
  getJournalEntry,
  updateJournalEntry(host),
  deleteJournalEntry,
  logTradeEntry(host),
  logAnalysisEntry(host),
]
