import { defineModule } from '../../core/module'
import answers from './answers.json' with { type: 'json' }
import { filesPart } from './files/files'
import { freshnessPart } from './freshness/freshness'
import { graphPart } from './graph/graph'
import { jobsPart } from './jobs/jobs'
import { createMachine } from './jobs/machine'
import { olderPart } from './older/older'
import { pagePart } from './page/page'
import { joinParts } from './part'
import { projectsPart } from './projects/projects'
import { repositoriesPart } from './repositories/repositories'
import { resourcesPart } from './resources/resources'
import { searchPart } from './search/search'
import { codeSettings } from './settings'
import { storedTables } from './stored-tables'
import { symbolsPart } from './symbols/symbols'
import { webhooksPart } from './webhooks/webhooks'

/** An index of git repositories: search, symbols, dependencies and impact for coding agents. */
export const code = defineModule({
  name: 'code',
  title: 'Code index',
  description: 'Search, symbols, dependencies and impact of change in git repositories.',
  settings: codeSettings,
  tables: storedTables,
  scopes: ['code:read', 'code:write', 'code:local', 'code:private'],
  answers,
  start(host) {
    const machine = createMachine(host)
    return joinParts([
      jobsPart(machine),
      repositoriesPart(machine),
      projectsPart(host),
      searchPart(host),
      filesPart(host),
      symbolsPart(host),
      graphPart(machine),
      webhooksPart(host),
      resourcesPart,
      freshnessPart(machine),
      olderPart,
      pagePart(),
    ])
  },
})
