import type { StoredTable } from '../../../core/table'
import { adoptEntries } from '../entries/rows'
import { journalEntries, journalLabels, journalTotals, storageRecords, userPreferences } from '../tables'

/** What of the journal is moved between installations. Documents of the search are numbered anew and made anew. */
export const storedTables: readonly StoredTable[] = [
  {
    ...journalEntries,
    local: ['docid'],
    index: ['journal_search', 'journal_words', 'journal_frequent_words'],
    add: adoptEntries,
  },
  journalLabels,
  journalTotals,
  userPreferences,
  storageRecords,
]
