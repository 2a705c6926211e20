import { notFound } from '../../../core/errors'
import type { Complete, ReadCall } from '../../../core/resource'
import { type EntryView, viewEntry } from '../entries/entry'
import type { Filter } from '../entries/filter'
import { listEntries, type Start } from '../entries/list'
import { findEntry } from '../entries/rows'

const everything: Filter = {
  entry_type: undefined,
  tag: undefined,
  symbol: undefined,
  from: undefined,
  to: undefined,
}

/** The caller's newest entries, or those after one. */
export async function readRecent(
  { principal, read }: ReadCall,
  limit: number,
  after?: Start['after'],
): Promise<EntryView[]> {
  const rows = await read((db) => listEntries(db, principal.id, everything, { after, offset: 0 }, limit))
  return rows.map(viewEntry)
}

/** The caller's entry; throws `not_found` for what is missing or another's. */
export async function readEntry(call: ReadCall, id: string): Promise<EntryView> {
  const row = await findEntry(call, call.principal.id, id)
  if (!row) throw notFound('Journal entry')
  return viewEntry(row)
}

/** Suggests the ids of recent entries. */
export const completeEntryId: Complete = async (typed, call) => {
  const entries = await readRecent(call, 100)
  return entries.map(({ id }) => id).filter((id) => id.startsWith(typed.toLowerCase()))
}

/** Suggests symbols of recent entries, the most frequent first. */
export const completeSymbol: Complete = async (typed, call) => {
  const counts = new Map<string, number>()
  for (const symbol of (await readRecent(call, 100)).flatMap(({ symbols }) => symbols)) {
    if (symbol.startsWith(typed.toUpperCase())) counts.set(symbol, (counts.get(symbol) ?? 0) + 1)
  }
  return [...counts].sort(([, a], [, b]) => b - a).map(([symbol]) => symbol)
}
