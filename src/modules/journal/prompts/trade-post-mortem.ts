import { definePrompt, type PromptContent } from '../../../core/prompt'
import { completeEntryId, completeSymbol, readEntry } from '../resources/recent'

/** With an entry's id its text comes along; with a symbol the agent finds the trade itself. */
export const tradePostMortem = definePrompt({
  name: 'trade_post_mortem',
  title: 'Trade post-mortem',
  description:
    'Takes one closed trade apart: the plan, the execution, the outcome, and what to keep or change.',
  scope: 'journal:read',
  arguments: [
    {
      name: 'entry_id',
      title: 'Entry',
      description: 'Id of the trade’s entry; or give the symbol',
      complete: completeEntryId,
    },
    {
      name: 'symbol',
      title: 'Symbol',
      description: 'The asset, e.g. BTC: the latest closed trade in it is taken',
      complete: completeSymbol,
    },
  ],
  async messages({ entry_id, symbol }, call) {
    const attached: PromptContent[] = []
    if (entry_id) {
      const text = JSON.stringify(await readEntry(call, entry_id))
      const resource = { uri: `journal://entries/${entry_id}`, mimeType: 'application/json', text }
      attached.push({ type: 'resource', resource })
    }
    const contents = [...attached, { type: 'text' as const, text: instructions(entry_id, symbol) }]
    return contents.map((content) => ({ role: 'user', content }))
  },
})

const which = (entryId: string | undefined, symbol: string | undefined) => {
  if (entryId) return 'The entry above is the trade.'
  if (symbol) return `Find my latest closed trade in ${symbol} with get_journal_entries (entry_type trade).`
  return 'List my latest trades with get_journal_entries (entry_type trade) and ask me which one to take.'
}

const instructions = (entryId: string | undefined, symbol: string | undefined) =>
  [
    'Do a post-mortem of one of my trades with me.',
    '',
    `1. ${which(entryId, symbol)}`,
    '2. Gather what belongs to it with search_journal_entries: the plan before it, notes while it was open, the exit. Say which of these are missing.',
    '3. Lay out in a table: thesis, entry, size and risk, exit, result, each with what was planned beside what was done.',
    '4. Judge process and outcome apart: a good decision can lose and a bad one can win. Name the decisive moment and quote what I wrote then.',
    '5. End with one thing to keep and one to change. Offer to store both with log_analysis_entry; store nothing before I agree.',
    '',
    'Use only what the entries say, and compute figures from them or leave them out. Give no advice to buy or sell.',
  ].join('\n')
