import { Type } from '@sinclair/typebox'
import { defineOperation } from '../../../core/operation'
import { entryView } from '../entries/entry'
import { filterInput, parseFilter } from '../entries/filter'
import { pageInput, pageOutput } from '../entries/page'
import { parseQuery } from './query'
import { searchEntries } from './search'

const hit = Type.Object(
  {
    ...entryView.properties,
    score: Type.Number(),
    snippet: Type.String({ description: 'Where it matches, words between **' }),
  },
  { additionalProperties: false },
)

export const searchJournalEntries = defineOperation({
  name: 'search_journal_entries',
  title: 'Search journal entries',
  description:
    'Finds entries by the words of their text, tags and symbols, best matches first among the newest 200, then among the 200 before, and so on. All words must occur; "stop loss" is a phrase, -eth excludes, accum* is a prefix; letter case and accents do not count. To see the newest, or only filter, use get_journal_entries.',
  input: Type.Object(
    {
      query: Type.String({
        maxLength: 500,
        description: 'Words, "phrases", -not, prefix*',
      }),
      ...pageInput,
      ...filterInput,
    },
    { additionalProperties: false },
  ),
  output: Type.Object({ ...pageOutput, entries: Type.Array(hit) }, { additionalProperties: false }),
  scope: 'journal:read',
  hints: { readOnly: true, idempotent: true },
  rest: { method: 'GET', path: '/entries/search', also: [{ method: 'POST', path: '/entries/search' }] },
  examples: [
    { title: 'What was written about a plan', input: { query: 'plan*', limit: 10 } },
    { title: 'Anything accumulated this year', input: { query: 'accum*', limit: 20, from: '2026-01-01' } },
  ],
  check(input) {
    parseQuery(input.query)
    parseFilter(input)
  },
  async run({ query: text, limit, cursor, ...input }, call) {
    const search = { owner: call.principal.id, query: parseQuery(text), filter: parseFilter(input) }
    const page = await call.read((db) => searchEntries(db, search, { limit, cursor }))
    return { success: true as const, ...page }
  },
})
