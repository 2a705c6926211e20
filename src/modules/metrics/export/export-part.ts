import type { LocalConnection } from '../../../core/local-database'
import { type ExportQuery, exportPage } from './export-page'
import type { Format, Place, RowGroups } from './format'
import { rowWriters } from './row-writer'

/** Which part of a file is wanted. */
export interface PartQuery extends ExportQuery {
  format: Format
  place: Place
}

/** A part of a file. */
export interface Part {
  bytes: Uint8Array
  groups: RowGroups
  /** Ids that were looked at, and rows that the part holds. */
  looked: number
  written: number
  /** Id after which the next part begins; null at the end. */
  next: number | null
}

/** The next rows of an export as a part of its file. */
export function exportPart(db: LocalConnection, { format, place, ...query }: PartQuery): Part {
  const { rows, looked, next } = exportPage(db, query)
  return { ...rowWriters[format].add(rows, place), looked, written: rows.length, next }
}

/** What a file of a format begins with, and how it ends at a place. */
export const exportBegin = (format: Format): Uint8Array => rowWriters[format].begin()
export const exportEnd = ({ format, place }: { format: Format; place: Place }): Uint8Array =>
  rowWriters[format].end(place)
