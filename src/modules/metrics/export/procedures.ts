import type { LocalConnection, Procedures } from '../../../core/local-database'
import { countExport, type ExportQuery, exportPage } from './export-page'

/** What the reading thread does for exports. */
export const exportProcedures = (db: LocalConnection): Procedures => ({
  exportPage: (query: ExportQuery) => exportPage(db, query),
  countExport: (query: ExportQuery) => countExport(db, query),
})
