import type { LocalConnection, Procedures } from '../../../core/local-database'
import { countExport, type ExportQuery } from './export-page'
import { exportBegin, exportEnd, exportPart, type PartQuery } from './export-part'

/** What the reading threads do for exports: the files are made there too, so that nothing else waits for it. */
export const exportProcedures = (db: LocalConnection): Procedures => ({
  countExport: (query: ExportQuery) => countExport(db, query),
  exportBegin,
  exportPart: (query: PartQuery) => exportPart(db, query),
  exportEnd,
})
