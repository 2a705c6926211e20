import { Type } from '@sinclair/typebox'
import { defineOperation } from '../../../core/operation'
import { entryView } from './entry'
import { filterInput, parseFilter } from './filter'
import { listPage, startOf } from './list-page'
import { pageInput, pageOutput } from './page'

export const getJournalEntries = defineOperation({
  name: 'get_journal_entries',
  title: 'List journal entries',
  description:
    'Lists journal entries newest first, narrowed by type, tag, symbol or time. Use it to look back or to count; to find words in the text use search_journal_entries. Go on with next_cursor until it is null.',
  input: Type.Object(
    {
      ...pageInput,
      offset: Type.Optional(
        Type.Integer({ minimum: 0, maximum: 10_000, description: 'Skip so many; prefer cursor' }),
      ),
      ...filterInput,
    },
    { additionalProperties: false },
  ),
  output: Type.Object({ ...pageOutput, entries: Type.Array(entryView) }, { additionalProperties: false }),
  scope: 'journal:read',
  hints: { readOnly: true, idempotent: true },
  rest: { method: 'GET', path: '/entries' },
  examples: [
    {
      title: 'Trades in BTC since October',
      input: { limit: 20, symbol: 'BTC', entry_type: 'trade', from: '2026-10-01' },
    },
  ],
  check(input) {
    parseFilter(input)
    startOf(input.cursor, input.offset)
  },
  async run(input, call) {
    const filter = parseFilter(input)
    const page = await call.read((db) => listPage(db, call.principal.id, filter, input))
    return { success: true as const, ...page }
  },
})
