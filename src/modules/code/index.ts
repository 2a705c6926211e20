import { defineModule } from '../../core/module'
import { filesPart } from './files/files'
import { graphPart } from './graph/graph'
import { jobsPart } from './jobs/jobs'
import { pagePart } from './page/page'
import { joinParts } from './part'
import { searchPart } from './search/search'
import { codeSettings } from './settings'
import { symbolsPart } from './symbols/symbols'

/** An index of git repositories: search, symbols, dependencies and impact for coding agents. */
export const code = defineModule({
  name: 'code',
  title: 'Code index',
  description: 'Search, symbols, dependencies and impact of change in git repositories.',
  settings: codeSettings,
  start: (host) =>
    joinParts([
      jobsPart(host),
      searchPart(host),
      filesPart(host),
      symbolsPart(host),
      graphPart(host),
      pagePart(host),
    ]),
})
