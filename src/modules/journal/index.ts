import { defineModule } from '../../core/module'
import { account } from './account/account'
import answers from './answers.json' with { type: 'json' }
import { entries } from './entries/operations'
import { getJournalInsights } from './insights/get-journal-insights'
import { legacyRoutes } from './legacy/legacy-routes'
import { portfolio } from './portfolio/portfolio'
import { preferences } from './preferences/preferences'
import { prompts } from './prompts/prompts'
import { records } from './records/records'
import { entryResource } from './resources/entry-resource'
import { searchJournalEntries } from './search/search-journal-entries'
import { journalSettings } from './settings'
import { exportJournal } from './transfer/export-journal'
import { importJournal } from './transfer/import-journal'
import { storedTables } from './transfer/stored-tables'

/** A trading journal that an agent keeps for a person, with preferences and free records. */
export const journal = defineModule({
  name: 'journal',
  title: 'Trading journal',
  description: 'Entries, search, insights, preferences, records and portfolio of a person’s trading journal.',
  settings: journalSettings,
  tables: storedTables,
  answers,
  start: (host) => ({
    operations: [
      ...entries(host),
      searchJournalEntries,
      getJournalInsights(host),
      exportJournal(host),
      importJournal(host),
      ...preferences(host),
      ...records(host),
      ...portfolio(host),
      ...account(host),
    ],
    routes: legacyRoutes(host),
    resources: [entryResource],
    prompts: prompts(host),
  }),
})
