import type { StoredTable } from '../../core/table'
import { indexAllPostings } from './search/postings/index-postings'
import * as tables from './tables'

/** What of the code index is moved between installations. The index of trigrams is made anew from the texts. */
export const storedTables: readonly StoredTable[] = [
  tables.codeOwners,
  tables.repositories,
  tables.indexJobs,
  tables.codeBlobs,
  {
    ...tables.codeChunks,
    index: [tables.codeBlocks.name, tables.codePostings.name],
    finish: indexAllPostings,
  },
  tables.indexedFiles,
  tables.symbols,
  tables.references,
  tables.dependencies,
  tables.projects,
  tables.projectRepositories,
  tables.codeDeliveries,
]
